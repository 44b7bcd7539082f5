import { WindlassError } from '../../lambdas/domain/errors.ts';
import { stacksHere } from '../account/stack-of.ts';
import { stackNameOf } from '../account/stack-outputs.ts';
import { type Finding, warning } from './finding.ts';

/**
 * Finds stacks of this account and region that have no entry in the configuration. When an entry is renamed
 * or removed, its stack goes on working, with a lease and clients of its own (I1, I12). Returns nothing when
 * the stacks cannot be listed: the check of the stack itself tells that.
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
