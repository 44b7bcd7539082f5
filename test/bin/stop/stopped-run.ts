import { instant } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import { executionArn, openAccount } from '../doctor/account.ts';

const drill = executionArn('acme', 'drill');
const now = Math.floor(Date.now() / 1000);

/**
 * An execution of two projects that runs and has entered a state. `line` adds a line to its trail that is
 * `ago` seconds old.
 */
export async function runToStop(state: string) {
  const account = await openAccount('acme');
  account.executions.set(drill, 'RUNNING');
  account.executions.entered(drill, state);
  const journal = account.journal('acme');
  const run = { execution: { id: drill, startedAt: instant(now - 60) } };
  const line = (ago: number, event: Parameters<typeof entryOf>[2], detail: object, scope?: string) =>
    journal.record(entryOf(run, now - ago, event, { ...detail }, scope));
  await line(50, 'planned', {
    request: { mode: 'scheduled' },
    successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
    blocked: [],
    scopes: [['projects', ['proj_a', 'proj_b']]],
  });
  return { account, drill, line, execution: run.execution };
}
