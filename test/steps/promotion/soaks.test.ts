import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { refusing } from '../saying.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

it('a client that moves in a run that goes well begins anew no soak of another successor either (I11)', async () => {
  const keel = { running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } };
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      { id: 'cert_keel0', expires: 20, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
      { name: 'stock', project: 'proj_b', ...keel },
    ],
  );
  // A day of acme's soak is left. Its run was taken over, and keel has come due since.
  const early = {
    ...{ retiring: 'cert_acme0', successor: 'cert_acme1' },
    ...{ provenAt: instant(NOW - 6 * DAY), soakUntil: instant(NOW + DAY) },
  };
  await set.journal.rememberSoaks([early]);
  const plan = await set.plan('one');
  expect(plan.successions).toHaveLength(2);
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const provenAt = instant(NOW);
  for (const scope of ['proj_a', 'proj_b']) {
    const verdict: ScopeVerdict = { scope, verdict: 'proven', error: '', cause: '', provenAt };
    await set.verdicts.leave({ execution, phase: 'overlap' }, verdict);
  }
  const verification = [{ anyHalted: false, provenAt }];
  expect(await promote(set.ports, { execution, plan, verification })).toMatchObject({ promoted: ['stock'] });
  expect(await set.journal.soaks()).toContainEqual(early);
});

it('a run that only finishes a cut of another scope forgets of no successor that it was taken back (F16)', async () => {
  const inBoth = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
    { id: 'cert_acme1', expires: 300, in: ['proj_b'] },
  ];
  const clients = ['proj_a', 'proj_b'].map((project) => ({
    ...{ name: `billing-${project}`, project, running: { anchor: 'cert_acme0' } },
    staged: { anchor: 'cert_acme1' },
  }));
  const set = await scene(inBoth, clients);
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const days = (ago: number) => instant(NOW - ago * DAY);
  const taken = { ...pair, begunAt: days(2), takenBackAt: days(1) };
  await set.journal.rememberBegun([taken]);
  // The cut of the other scope is not confirmed yet.
  set.world.organization.toggle('proj_b', 'deactivate', ['cert_acme0'], 'windlass');
  await set.journal.rememberCuts([{ ...pair, scope: 'proj_b', compromised: false, cutAt: days(1) }]);
  const plan = await set.plan('one');
  expect(plan.successions).toMatchObject([{ ...pair, resumed: true }]);
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const provenAt = instant(NOW);
  const verdict: ScopeVerdict = { scope: 'proj_b', verdict: 'proven', error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, verdict);
  await promote(set.ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  expect(await set.journal.begun()).toEqual([taken]);
});

it('nor that it was begun, since it may have failed for days where it is still to be cut (rule 3)', async () => {
  const clients = [
    { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
    { name: 'search', project: 'proj_b', running: { anchor: 'cert_acme1' } },
  ];
  const inBoth = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
    { id: 'cert_acme1', expires: 300, in: ['proj_b'] },
  ];
  const set = await scene(inBoth, clients);
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const days = (ago: number) => instant(NOW - ago * DAY);
  await set.journal.rememberBegun([{ ...pair, begunAt: days(4) }]);
  set.world.organization.toggle('proj_b', 'deactivate', ['cert_acme0'], 'windlass');
  await set.journal.rememberCuts([{ ...pair, scope: 'proj_b', compromised: false, cutAt: days(1) }]);
  const plan = await set.plan('one');
  expect(plan.successions).toMatchObject([{ ...pair, resumed: true }]);
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const provenAt = instant(NOW);
  const verdict: ScopeVerdict = { scope: 'proj_b', verdict: 'proven', error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, verdict);
  await promote(set.ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  expect(await set.journal.begun()).toEqual([{ ...pair, begunAt: days(4) }]);
});

it('a run that proves the others while a project is away forgets of no successor that it was taken back there (F16)', async () => {
  const clients = ['proj_a', 'proj_b'].map((project) => ({
    ...{ name: `billing-${project}`, project, running: { anchor: 'cert_acme0' } },
    staged: { anchor: 'cert_acme1' },
  }));
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_b'] },
    ],
    clients,
  );
  const days = (ago: number) => instant(NOW - ago * DAY);
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  await set.journal.rememberBegun([{ ...pair, begunAt: days(2), takenBackAt: days(1) }]);
  set.world.broken.add('project proj_a');
  const plan = await set.plan('one');
  expect(plan.successions).toMatchObject([pair]);
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const provenAt = instant(NOW);
  const verdict: ScopeVerdict = { scope: 'proj_b', verdict: 'proven', error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, verdict);
  await promote(set.ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  await set.leases.release('one');
  set.world.broken.delete('project proj_a');
  const { successions, blocked } = await set.plan('two');
  expect(successions).toEqual([]);
  expect(blocked[0]?.reason).toContain('taken back');
});

it('a second attempt in a run that halts says the same end of the soak that the first has begun, all or a part of it (rule 5)', async () => {
  const runs = (anchor: string) => ({ name: anchor, project: 'proj_a', running: { anchor } });
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 5, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300, in: ['proj_a'] },
    ],
    [runs('cert_acme1'), runs('cert_keel1')],
  );
  const plan = await set.plan('one');
  expect(plan.successions).toHaveLength(2);
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const provenAt = instant(NOW);
  const verdict: ScopeVerdict = { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, verdict);
  const halt = { Error: 'ProbeInconclusive', Cause: 'another scope' };
  const first = await promote(set.ports, { execution, plan, halt });
  const soaks = await set.journal.soaks();
  // The soak ends two days, the safety margin, before the earliest expiry.
  expect(first.soakUntil).toBe(instant(NOW + 3 * DAY));
  expect(soaks).toHaveLength(2);
  expect(await promote(set.ports, { execution, plan, halt })).toMatchObject({ soakUntil: first.soakUntil });
  await set.journal.forgetSoaks(soaks.filter(({ retiring }) => retiring === 'cert_keel0'));
  expect(await promote(set.ports, { execution, plan, halt })).toMatchObject({ soakUntil: first.soakUntil });
  expect(await set.journal.soaks()).toEqual(soaks);
});

it('goes on where it was proven, though another scope is silent and another rotation takes over while it soaks (I11, I17)', async () => {
  const inBoth = ['proj_a', 'proj_b'];
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: inBoth },
      { id: 'cert_acme1', expires: 300, in: inBoth },
    ],
    inBoth.map((project) => ({ name: `billing-${project}`, project, running: { anchor: 'cert_acme1' } })),
  );
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const overlap = async (execution: string) => {
    const plan = await set.plan(execution);
    const run = { id: execution, startedAt: plan.plannedAt };
    const provenAt = instant(set.time.now);
    const visit = { execution: run, phase: 'overlap' as const };
    await set.verdicts.leave(visit, {
      ...{ scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt },
    });
    await set.verdicts.leave(visit, {
      ...{ scope: 'proj_b', verdict: 'halted', error: 'ProbeInconclusive', cause: 'it was' },
    });
    const verification = [{ anyHalted: false, provenAt }];
    const { soakUntil } = await promote(set.ports, { execution: run, plan, verification });
    await set.leases.release(execution);
    return soakUntil;
  };
  const soakUntil = await overlap('one');
  expect(soakUntil).toBe(instant(NOW + 7 * DAY));
  set.time.now += 3 * DAY;
  expect(await overlap('two')).toBe(soakUntil);
  expect(await set.journal.soaks()).toMatchObject([{ ...pair, soakUntil, except: ['proj_b'] }]);
  set.time.now = NOW + 8 * DAY;
  expect(await overlap('three')).toBe(instant(set.time.now));
  // Only the scope that has not soaked is left, and its soak begins anew.
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'windlass');
  expect(await set.plan('four')).toMatchObject({ successions: [pair] });
  expect(await set.journal.soaks()).toEqual([]);
});

it.each([
  ['is held there: it goes on where it was', null, 6],
  ['may be made: it is one soak for all, and begins anew', { anchor: 'cert_acme1' }, 7],
])(
  'where an earlier run has left a scope out of a soak, and the cut %s (I17, I18)',
  async (_, staged, days) => {
    const inBoth = ['proj_a', 'proj_b'];
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: inBoth },
        { id: 'cert_acme1', expires: 300, in: inBoth },
      ],
      [
        { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
        { name: 'late', project: 'proj_b', running: { anchor: 'cert_acme0' }, staged },
      ],
    );
    const [provenAt, soakUntil] = [instant(NOW - DAY), instant(NOW + 6 * DAY)];
    const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
    await set.journal.rememberSoaks([{ ...pair, provenAt, soakUntil, except: ['proj_b'] }]);
    const plan = await set.plan('one');
    const execution = { id: 'one', startedAt: plan.plannedAt };
    const proven = { verdict: 'proven' as const, error: '', cause: '', provenAt: instant(NOW) };
    for (const scope of inBoth)
      await set.verdicts.leave({ execution, phase: 'overlap' }, { scope, ...proven });
    const verification = [{ anyHalted: false, provenAt: instant(NOW) }];
    const promoted = await promote(set.ports, { execution, plan, verification });
    expect(promoted.soakUntil).toBe(instant(NOW + days * DAY));
  },
);

it('a run that has proven everything forgets of no client that a cut had turned it away (F16)', async () => {
  const set = await scene();
  const refused = [{ client: 'search', leaf: 'a leaf', by: ['cert_keel0'] }];
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const begun = { ...pair, begunAt: instant(NOW - DAY), refused };
  await set.journal.rememberBegun([begun]);
  const plan = await set.plan('one');
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const provenAt = instant(NOW);
  const verdict: ScopeVerdict = { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, verdict);
  await promote(set.ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  expect(await set.journal.begun()).toEqual([begun]);
});

it('cuts what has served its soak only where it has, and begins the rest in a run of its own (I11, I17)', async () => {
  const inBoth = ['proj_a', 'proj_b'];
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: inBoth },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    ],
    inBoth.map((project) => ({ name: `billing-${project}`, project, running: { anchor: 'cert_acme1' } })),
  );
  const provenAt = instant(NOW - 8 * DAY);
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  await set.journal.rememberSoaks([{ ...pair, provenAt, soakUntil: instant(NOW - DAY), except: ['proj_b'] }]);
  const scopesIn = ({ waves }: Awaited<ReturnType<typeof set.plan>>) =>
    waves.flatMap(({ scopes }) => scopes.map(({ scope }) => scope));
  const first = await set.plan('one');
  expect(scopesIn(first)).toEqual(['proj_a']);
  // The other project does not wait for its lead time: the next run comes right after this one.
  expect(Date.parse(first.nextRotationAt ?? '')).toBeLessThanOrEqual((NOW + DAY) * 1000);
  await set.leases.release('one');
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'windlass');
  expect(scopesIn(await set.plan('two'))).toEqual(['proj_b']);
  expect(await set.journal.soaks()).toEqual([]);
});

it('a scope that a soak has left out costs the others nothing where the API refuses its activation, and begins one soak for all where it does not (I11, I17, I18)', async () => {
  const inBoth = ['proj_a', 'proj_b'];
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: inBoth },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    ],
    inBoth.map((project) => ({ name: `billing-${project}`, project, running: { anchor: 'cert_acme1' } })),
  );
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const soak = { ...pair, provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) };
  // The memory does not say yet that the soak leaves out proj_b, so the plan takes both projects.
  await set.journal.rememberSoaks([soak]);
  const plan = await set.plan('one');
  const left = { ...soak, except: ['proj_b'] };
  await set.journal.rememberSoaks([left]);
  const input = scopeInput('one', plan, 'proj_b');
  await expect(
    activate(
      refusing(set, () => true),
      input,
    ),
  ).rejects.toMatchObject({ name: 'ApiRefused' });
  expect(await set.journal.soaks()).toEqual([left]);
  await activate(set.ports, input);
  const provenAt = instant(NOW);
  const { execution } = input;
  for (const scope of inBoth) {
    const verdict: ScopeVerdict = { scope, verdict: 'proven', error: '', cause: '', provenAt };
    await set.verdicts.leave({ execution, phase: 'overlap' }, verdict);
  }
  const verification = [{ anyHalted: false, provenAt }];
  const { soakUntil } = await promote(set.ports, { execution, plan, verification });
  expect(soakUntil).toBe(instant(NOW + 7 * DAY));
  expect(await set.journal.soaks()).toEqual([{ ...pair, provenAt, soakUntil }]);
});
