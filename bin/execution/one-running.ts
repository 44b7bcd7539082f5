import type { SFNClient } from '@aws-sdk/client-sfn';
import { leaseIn } from '../../lambdas/adapters/table/lease-item.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Stack } from '../account/machine.ts';
import { stackTable } from '../account/stack-table.ts';
import { describedBy, runningOf } from './running.ts';

/**
 * The execution to take up: the one that was named, the one that runs, or of several the one that has the lease. Throws
 * `InvalidInput` where none runs, or nobody can tell which is meant.
 */
export async function oneRunning(client: SFNClient, stack: Stack): Promise<string> {
  if (stack.execution !== null) return known(client, stack.execution);
  const runs = await runningOf(client, stack);
  const [only] = runs;
  if (only && runs.length === 1) return only;
  if (!only)
    throw new WindlassError(
      'InvalidInput',
      `nothing runs in ${stack.machine.name}; windlass status says what is next`,
    );
  const lease = await leaseIn(await stackTable(stack.machine));
  const holder = runs.find((run) => run === lease?.holder);
  if (holder) return holder;
  throw new WindlassError(
    'InvalidInput',
    `several executions run, and none has the lease: name one of ${runs.join(', ')}`,
  );
}

/** An outage is waited out by whoever follows; only an execution that is not there can never be followed. */
async function known(client: SFNClient, execution: string): Promise<string> {
  const told = await describedBy(client, execution).catch(() => undefined);
  if (told !== null) return execution;
  throw new WindlassError(
    'InvalidInput',
    `Step Functions has no execution ${execution}: look at its name, or leave it out for the one that runs`,
  );
}
