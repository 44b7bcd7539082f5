import type { SFNClient } from '@aws-sdk/client-sfn';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { describedBy } from './running.ts';

/**
 * Throws `InvalidInput` for the execution of one scope, and names the run that it belongs to. The trail, the stop mark and the halts go by the
 * run (I12), and a scope's own execution ends green whatever became of the scope.
 */
export async function demandRun(client: SFNClient, execution: string): Promise<void> {
  // What a Map starts has the machine's name with the Map's label behind it.
  const [name = ''] = execution.split(':').slice(6);
  if (!name.includes('/')) return;
  // Its input says whose it is. Who operates may ask about runs alone.
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
