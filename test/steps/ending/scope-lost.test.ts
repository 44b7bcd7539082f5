import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { judge } from '../../../lambdas/judge.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { isIn, onAcme, refusedByItsRenewal } from '../saying.ts';
import { scene, scopeInput } from '../scene.ts';

it('I9, I11, rule 6: a scope of the overlap that left no verdict, and whose clients are outside, is come for within the hour', async () => {
  const set = await refusedByItsRenewal();
  const { ports } = set;
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const { execution } = input;
  // The renewal is active now, and hosts check it first. The scope's execution ends here without a verdict:
  // it was stopped, or could not write one.
  await activate(ports, input);
  expect(await isIn(set, 'billing')).toBe('refused');
  set.time.now += 3_600;
  const carried = await ports.manifests.keep('one', plan, []);
  const [wave] = carried.waves;
  if (!wave || !('list' in wave)) throw new Error('it has a list');
  const { halt } = await judge(ports, { execution, phase: 'overlap', wave, tolerant: true });
  expect(halt).toMatchObject({ Error: 'ScopeLost' });
  set.running.delete('one');
  await release(ports, { execution, request: { mode: 'scheduled' }, plan, ...(halt && { halt }) });
  expect(await isIn(set, 'billing')).toBe('refused');
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now, `none is set at ${instant(set.time.now)}`).toBeLessThanOrEqual(
    3_600,
  );
});

/** Two projects, of which one is proven. The verdict of the other is there, and nobody can read it. */
async function withUnreadable(phase: 'overlap' | 'cut') {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
  );
  const { ports } = set;
  const plan = await set.plan('one');
  const { execution } = scopeInput('one', plan);
  const ended = { verdict: phase === 'overlap' ? 'proven' : 'confirmed', error: '', cause: '' } as const;
  const provenAt = instant(set.time.now);
  for (const scope of ['proj_a', 'proj_b'])
    await ports.verdicts.leave({ execution, phase }, { scope, ...ended, provenAt });
  const rows = set.world.table.get('verdict');
  const key = [...(rows?.keys() ?? [])].find((sk) => sk.endsWith('#proj_b')) ?? '';
  rows?.set(key, { ...rows.get(key), verdict: 'of another version' });
  const [wave] = (await ports.manifests.keep('one', plan, [])).waves;
  if (!wave || !('list' in wave)) throw new Error('it has a list');
  const judged = () => judge(ports, { execution, phase, waves: [wave] });
  return { set, ports, plan, execution, judged };
}

it.each(['overlap', 'cut'] as const)(
  'I9, I17: a verdict of the %s that nobody can read is as good as none for its own scope, and judges no other',
  async (phase) => {
    const { judged, ports, execution } = await withUnreadable(phase);
    const { halt, scopes } = await judged();
    expect(scopes).toBe(2);
    expect(halt).toMatchObject({ Error: 'ScopeLost' });
    expect(JSON.parse(halt?.Cause ?? '')).toMatchObject([{ scope: 'proj_b' }]);
    const one = (scope: string) => ports.verdicts.one({ execution, phase, scope });
    expect(await one('proj_b')).toMatchObject({ verdict: 'halted', error: 'ScopeLost', undone: true });
    expect(await one('proj_c')).toBe(null);
  },
);

it('I9: nobody is moved by a scope whose verdict cannot be read any more once the wave was judged', async () => {
  const { ports, plan, execution, set } = await withUnreadable('overlap');
  const provenAt = instant(set.time.now);
  const { promoted } = await promote(ports, {
    execution,
    plan,
    verification: [{ anyHalted: false, provenAt }],
  });
  expect(promoted).toEqual(['billing']);
});

it('I11, I13: such a run ends under its name, frees the lease, and another comes within minutes', async () => {
  const { judged, ports, plan, execution, set } = await withUnreadable('overlap');
  const { halt } = await judged();
  set.running.delete('one');
  await release(ports, { execution, request: { mode: 'scheduled' }, plan, ...(halt && { halt }) });
  expect(await ports.leases.isTaken()).toBe(false);
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});

it('I11: a run that was stopped beside such a verdict is followed within minutes', async () => {
  const { ports, execution, set } = await withUnreadable('overlap');
  set.running.delete('one');
  const startDate = secondsOf(execution.startedAt) * 1000;
  await release(ports, { detail: { executionArn: 'one', status: 'ABORTED', startDate } });
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});
