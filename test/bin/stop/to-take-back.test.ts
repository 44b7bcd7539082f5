import { expect, it } from 'vitest';
import { toTakeBack } from '../../../bin/stop/to-take-back.ts';
import { dynamoVerdicts } from '../../../lambdas/adapters/table/verdicts.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import { start, until, windlass } from '../run.ts';
import { runToStop } from './stopped-run.ts';

/**
 * The overlap has halted because strangers get in at proj_a. In proj_b the successor stays active until `Take
 * back everywhere` comes to it.
 */
async function takingBack() {
  const { account, drill, line, execution } = await runToStop('Restore clients');
  const listed = { before: ['cert_old'], after: ['cert_old', 'cert_new'] };
  for (const scope of ['proj_a', 'proj_b']) {
    await line(45, 'activating', { activating: ['cert_new'], before: ['cert_old'] }, scope);
    await line(44, 'activated', { activated: ['cert_new'], alreadyActive: [], ...listed }, scope);
  }
  const strangers = { error: 'TrustWidened' as const, cause: 'partner gets in' };
  await line(30, 'verified', { evidence: 'probe', moment: 'overlap', ...strangers }, 'proj_a');
  await line(29, 'undone', { takenBack: ['cert_new'], error: 'TrustWidened', ...listed }, 'proj_a');
  const verdicts = dynamoVerdicts(account.table('acme'));
  const visit = { execution, phase: 'overlap' as const };
  await verdicts.leave(visit, { scope: 'proj_a', verdict: 'halted', ...strangers });
  await verdicts.leave(visit, { scope: 'proj_b', verdict: 'halted', error: 'ProbeRefused', cause: '401' });
  return { account, drill };
}

it('F16, I11: windlass stop waits while what lets in who has to stay out is still to be taken back in other scopes', async () => {
  const { account, drill } = await takingBack();
  const stopping = start(['stop', 'acme', '--json', '--yes', '--started-by', 'Ada'], account.env);
  await until(stopping, ({ stderr }) => /waiting for what lets in who has to stay out/.test(stderr));
  expect(stopping.said.stdout).toBe('');
  account.executions.set(drill, 'FAILED', { error: 'TrustWidened', cause: 'proj_a: partner gets in' });
  const { code, stdout } = await stopping.ended;
  expect(JSON.parse(stdout)).toMatchObject({ stopped: false, ended: 'FAILED' });
  expect(code).toBe(4);
});

it('I13: windlass status says of a run that was stopped which of its scopes had halted', async () => {
  const { account, drill } = await takingBack();
  account.executions.set(drill, 'ABORTED', { error: 'Stopped', cause: 'Ada: a freeze' });
  const { code, stdout } = await windlass(['status', 'acme', '--json'], account.env);
  const { actions, last } = JSON.parse(stdout);
  expect(code).toBe(4);
  expect(actions.join('\n')).toMatch(
    /was stopped.*\nhalted: proj_a \(TrustWidened\), proj_b \(ProbeRefused\)/,
  );
  expect(last.halted.map(({ scope }: { scope: string }) => scope)).toEqual(['proj_a', 'proj_b']);
});

it('F16: it waits as well between the undo in the scope of the witness and the verdict of that scope', async () => {
  const { account, drill, line } = await runToStop('Activate scope by scope');
  const listed = { before: ['cert_old'], after: ['cert_old', 'cert_new'] };
  for (const scope of ['proj_b', 'proj_a']) {
    await line(45, 'activating', { activating: ['cert_new'], before: ['cert_old'] }, scope);
    await line(44, 'activated', { activated: ['cert_new'], alreadyActive: [], ...listed }, scope);
  }
  await line(40, 'verified', { evidence: 'probe', moment: 'overlap', probes: 2 }, 'proj_b');
  const strangers = { error: 'TrustWidened', cause: 'partner gets in' };
  await line(5, 'verified', { evidence: 'probe', moment: 'overlap', ...strangers }, 'proj_a');
  await line(1, 'undone', { takenBack: ['cert_new'], error: 'TrustWidened', ...listed }, 'proj_a');
  const stopping = start(['stop', 'acme', '--json', '--yes', '--started-by', 'Ada'], account.env);
  const isWaiting = until(stopping, ({ stderr }) => /waiting for what lets in .* as in proj_a/.test(stderr));
  await Promise.race([isWaiting, stopping.ended]);
  const early = stopping.said.stdout;
  account.executions.set(drill, 'FAILED', strangers);
  await stopping.ended;
  expect(early).toBe('');
});

const scope = 'proj_a';
type Line = [event: JournalEntry['event'], detail: object];
const planned = (detail: object = {}): Line => ['planned', detail];
const look = (detail: object = {}): Line => ['verified', { moment: 'overlap', ...detail }];
const error = 'TrustWidened';

it.each<[string, string[], Line[]]>([
  ['from the look on that saw it', [scope], [planned({ atOnce: false }), look({ error })]],
  ['by the undo, where the line of the look was lost', [scope], [planned(), ['undone', { error }]]],
  [
    'where another shard was proven since',
    [scope],
    [planned(), look({ error }), look({ shard: { at: 1, of: 2 } })],
  ],
  ['not once a second attempt has proven the scope', [], [planned(), look({ error }), look()]],
  ['not in a run whose scopes go by themselves', [], [planned({ atOnce: true }), look({ error })]],
  ['not for what was seen before a cut', [], [planned(), look(), look({ moment: 'beforeCut', error })]],
  [
    'not for what was undone after a cut',
    [],
    [planned(), look(), ['deactivating', {}], ['undone', { error }]],
  ],
])('F16: what lets in strangers is to be taken back everywhere: %s', async (_, scopes, lines) => {
  const at = '2026-11-02T09:00:00Z';
  const entry = ([event, detail]: Line) => ({
    ...{ execution: 'arn', startedAt: at, at, event, detail: { ...detail } },
    ...(event !== 'planned' && { scope }),
  });
  expect(await toTakeBack(lines.map(entry), { of: async () => [] })).toEqual(scopes);
});
