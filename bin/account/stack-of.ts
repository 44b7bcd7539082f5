import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { didYouMean } from '../../lambdas/domain/closest.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { awsReason } from './aws-reason.ts';
import { organizationOf, type Stack, stackIn } from './machine.ts';
import { settingsIn } from './region.ts';

/**
 * Returns the stack of an organization, given its name, or the ARN of its machine or of an execution. Without
 * either, it returns the only stack of this account and region; `where` names another region. Throws
 * `InvalidInput`, which lists the stacks, when there is no such stack or more than one. `otherwise` is the
 * remedy when there is none.
 */
export async function stackOf(
  asked: string | undefined,
  otherwise = 'set AWS_REGION, or give an ARN',
  where?: string,
): Promise<Stack> {
  if (asked?.startsWith('arn:')) return stackIn(asked) ?? refuse(`${asked}: ${NO_ARN}`);
  const { region, stacks } = await stacksHere(where);
  const names = [...stacks.keys()];
  const here = names.length > 0 ? `in ${region}: ${names.join(', ')}` : `none in ${region}`;
  if (asked !== undefined)
    return (
      stacks.get(asked) ??
      refuse(
        `there is no stack of organization "${asked}"${didYouMean(asked, names)} (${here}); ${otherwise}`,
      )
    );
  const [only] = stacks.values();
  if (only && names.length === 1) return only;
  return refuse(
    only
      ? `there are several stacks (${here}): name the organization`
      : `there is no stack (${here}): ${otherwise}`,
  );
}

/** The error for text that begins with `arn:` but is no ARN of a machine or an execution. */
const NO_ARN =
  'it is not the ARN of a state machine such as arn:aws:states:eu-west-1:123456789012:stateMachine:windlass-acme, or of one of its executions';

/**
 * Returns every stack of this account and region, by organization; `where` names another region. Throws
 * `InvalidInput` when the stacks cannot be listed.
 */
export async function stacksHere(where?: string): Promise<{ region: string; stacks: Map<string, Stack> }> {
  try {
    const client = new SFNClient(settingsIn(where));
    const stacks = new Map<string, Stack>();
    for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {}))
      for (const { stateMachineArn = '' } of stateMachines) {
        const stack = stackIn(stateMachineArn);
        const organization = stack && organizationOf(stack.machine);
        if (organization) stacks.set(organization, stack);
      }
    return { region: await client.config.region(), stacks };
  } catch (error) {
    throw new WindlassError('InvalidInput', `cannot look for stacks: ${await awsReason(error)}`, {
      cause: error,
    });
  }
}

function refuse(message: string): never {
  throw new WindlassError('InvalidInput', message);
}
