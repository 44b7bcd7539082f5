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
 * The execution to take up: the one that was named, or the one that runs. Throws `InvalidInput` where none runs, or nobody can tell which is
 * meant, and `ApiRefused` where it cannot be read.
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
 * The execution of a stack that runs, or of several the one that has the lease; null where none runs. Throws `InvalidInput` where nobody can tell
 * which is meant.
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

/** How often an execution that nobody has seen yet is asked for: where nothing answers, nobody can say that it carries on. */
const TRIES = 4;

/** An execution that can be watched: it is there, and may be read. An outage is waited for, which is said once; anything else is thrown. */
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
