import { expect, it } from 'vitest';
import type { Running } from '../../../bin/status/seen.ts';
import { windlass } from '../run.ts';
import { runToStop } from '../stop/stopped-run.ts';

/** Returns the phase and the state that status shows of a run that has entered these states. */
async function at(...states: [name: string, type?: string][]) {
  const { account, drill } = await runToStop('Plan');
  for (const [name, type] of states) account.executions.entered(drill, name, type);
  const { stdout } = await windlass(['status', 'acme', '--json'], account.env);
  const { phase, state }: Running = JSON.parse(stdout).running;
  return { phase, state };
}

it.each(['Judge the overlap', 'Restore clients', 'Take back everywhere', 'Release after a halt'])(
  'status names the state %s beside the word that the run has come to',
  async (state) => {
    const mapped = ['Activate scope by scope', 'MapStateEntered'] as [string, string];
    expect(await at(mapped, [state])).toEqual({ phase: 'activate', state });
  },
);

it('status names no state that only leads to another', async () => {
  const leading: [string, string][] = [
    ['Every scope proven?', 'ChoiceStateEntered'],
    ['Taken back everywhere', 'PassStateEntered'],
  ];
  expect(await at(['Judge the overlap'], ...leading)).toEqual({ phase: 'plan', state: 'Judge the overlap' });
});
