import type { SFNClient } from '@aws-sdk/client-sfn';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { describedBy } from './running.ts';

/**
 * Throws `InvalidInput` for the execution of a single scope, and names the run that it belongs to. The audit
 * trail, the stop mark and the halts all go by the run (I12). A scope's own execution ends green even when
 * the scope halted.
 */
export async function demandRun(client: SFNClient, execution: string): Promise<void> {
  // An execution that a Map started is named by the machine's name and the Map's label.
  const [name = ''] = execution.split(':').slice(6);
  if (!name.includes('/')) return;
  // The run is read from the execution's input: an operator's role may describe runs only, so the read may be
  // refused.
  const told = await describedBy(client, execution).catch(() => null);
  const run = runIn(told?.input);
  throw new WindlassError(
    'InvalidInput',
    `${execution} goes through one scope of a run: name the run${run ? `, ${run}` : ', which windlass status tells'}`,
  );
}

function runIn(input = ''): string | null {
  try {
    const { id } = Object(Object(JSON.parse(input)).execution);
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}
