import type { SFNClient } from '@aws-sdk/client-sfn';
import { leaseIn } from '../../lambdas/adapters/table/lease-item.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Stack } from '../account/machine.ts';
import { isPassing } from '../account/passing.ts';
import { stackTable } from '../account/stack-table.ts';
import { say } from '../terminal/exit.ts';
import { pause } from '../terminal/pause.ts';
import { demandRun } from './demand-run.ts';
import { describedBy, noExecution, runningOf } from './running.ts';

/**
 * Returns the execution to work with: the one that was named, or else the one that runs. Throws
 * `InvalidInput` when none runs or when it is unclear which is meant, and `ApiRefused` when it cannot be
 * read.
 */
export async function oneRunning(client: SFNClient, stack: Stack): Promise<string> {
  if (stack.execution !== null) {
    await demandRun(client, stack.execution);
    return known(client, stack.execution);
  }
  const one = await oneOfRunning(client, stack, () => stackTable(stack.machine));
  if (one !== null) return one;
  throw new WindlassError(
    'InvalidInput',
    `nothing runs in ${stack.machine.name}; windlass status says what is next`,
  );
}

/**
 * Returns the execution of a stack that runs. When several run, it returns the one that holds the lease. Null
 * when none runs. Throws `InvalidInput` when several run and none of them holds the lease.
 */
export async function oneOfRunning(
  client: SFNClient,
  { machine }: Stack,
  table: () => Promise<Table>,
): Promise<string | null> {
  const runs = await runningOf(client, { machine });
  const [only = null] = runs;
  if (runs.length < 2) return only;
  const lease = await leaseIn(await table());
  const holder = runs.find((run) => run === lease?.holder && !lease.released);
  if (holder) return holder;
  throw new WindlassError(
    'InvalidInput',
    `several executions run, and none has the lease: name one of ${runs.join(', ')}`,
  );
}

/**
 * Attempts to describe a named execution before giving up. Without any answer, we cannot claim that the
 * execution carries on.
 */
const TRIES = 4;

/**
 * Returns the execution once it could be described. Waits through an outage and says so once. Throws
 * `InvalidInput` when there is no such execution, and `ApiRefused` when it cannot be read.
 */
async function known(client: SFNClient, execution: string): Promise<string> {
  for (let tried = 1; ; tried++) {
    const told = await describedBy(client, execution).catch((error: Error) => {
      if (!isPassing(error) || tried === TRIES)
        throw new WindlassError('ApiRefused', `${execution} cannot be watched: ${error.message}`);
      if (tried === 1) say(`${error.message}: asking again`);
      return undefined;
    });
    if (told) return execution;
    if (told === null) throw noExecution(execution);
    await pause(500 * 2 ** (tried - 1));
  }
}
