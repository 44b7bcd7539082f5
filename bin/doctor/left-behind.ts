import { WindlassError } from '../../lambdas/domain/errors.ts';
import { stacksHere } from '../account/stack-of.ts';
import { stackNameOf } from '../account/stack-outputs.ts';
import { type Finding, warning } from './finding.ts';

/**
 * Stacks of this account and region that no entry of the configuration has: an entry that was renamed or removed leaves its stack at work, with a lease and clients of
 * its own (I1, I12). Says nothing where nobody could look, which the stack's own check tells.
 */
export async function examineLeftBehind(entries: readonly string[], where?: string): Promise<Finding[]> {
  const here = await stacksHere(where).catch((error: unknown) => {
    if (error instanceof WindlassError) return null;
    throw error;
  });
  if (!here) return [];
  return [...here.stacks.keys()]
    .filter((name) => !entries.includes(name))
    .map((name) =>
      warning(
        { check: 'stack', subject: `windlass-${name}` },
        `it is at work in ${here.region}, and the configuration has no entry "${name}": where that was renamed or removed, the stack goes on rotating for the clients that it was deployed with`,
        `Destroy ${stackNameOf(name)}, or put its entry back; nothing is to be done where another configuration has it.`,
      ),
    );
}
