import { expect, it, vi } from 'vitest';
import { activatedIn } from '../../../bin/stop/activated-in.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import { windlass } from '../run.ts';
import { runToStop } from './stopped-run.ts';

type Line = Pick<JournalEntry, 'event'> & Partial<JournalEntry>;

/** Returns the scopes for which a run with these lines is not to be stopped yet. No scope has ended. */
const busy = (...lines: Line[]) => {
  const at = '2026-11-02T09:00:00Z';
  const full = lines.map((line) => ({ execution: 'arn', startedAt: at, at, detail: {}, ...line }));
  return activatedIn(full, { of: async () => [] });
};
const scope = 'proj_a';
const looked: Line = { event: 'looked', scope };
const activating: Line = { event: 'activating', scope };

it('I11, F7: a scope is busy from the look at who is outside, since the function that activates the renewal comes next', async () => {
  expect(await busy(looked)).toEqual(['proj_a']);
  expect(await busy(activating)).toEqual(['proj_a']);
  expect(await busy(looked, { event: 'activated', scope, detail: { alreadyActive: ['cert_new'] } })).toEqual([
    'proj_a',
  ]);
});

it('I11: it is busy until it was proven for all of its clients, or what it has activated is taken back', async () => {
  const verified = (detail: object): Line => ({ event: 'verified', scope, detail: { ...detail } });
  expect(await busy(looked, activating, verified({ moment: 'overlap' }))).toEqual([]);
  expect(await busy(activating, verified({ error: 'SuccessorRefused' }))).toEqual(['proj_a']);
  // Another look follows, once hosts have had time to hear of the activation.
  expect(await busy(activating, verified({ moment: 'overlap', settleSeconds: 300 }))).toEqual(['proj_a']);
  expect(await busy(activating, verified({ shard: { at: 0, of: 2 } }))).toEqual(['proj_a']);
  expect(await busy(looked, activating, { event: 'undone', scope })).toEqual([]);
});

it('I11, F7: windlass stop says where an activation may land that a scope came to at that very moment', async () => {
  const { account, line } = await runToStop('Activate scope by scope');
  const { operations } = account.executions;
  const stop = operations.StopExecution;
  vi.spyOn(operations, 'StopExecution').mockImplementation((body) => {
    void line(0, 'looked', { evidence: 'probe', probes: 2 }, 'proj_a');
    return stop(body);
  });
  const { code, stdout, stderr } = await windlass(['stop', 'acme', '--yes', '--json'], account.env);
  expect(JSON.parse(stdout)).toMatchObject({ stopped: true, late: [], mayLand: [], mayActivate: ['proj_a'] });
  expect(stderr).toContain('an activation may land within minutes (proj_a)');
  expect(stderr).toContain('windlass rotate acme --manual');
  expect(stderr).not.toContain('every scope works');
  expect(code).toBe(0);
});
