import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, onAcme, overlap, SILENT, saying } from '../saying.ts';
import { DAY, NOW, type Scene, scene, scopeInput } from '../scene.ts';

const provenAt = new Date(NOW * 1000).toISOString();

describe('whom the overlap has proven, where a wave stops it', () => {
  const leave = (set: Scene, plan: Plan, verdict: Partial<ScopeVerdict> & { scope: string }) =>
    set.verdicts.leave(
      { execution: { id: 'one', startedAt: plan.plannedAt }, phase: 'overlap' },
      { verdict: 'halted', error: '', cause: 'it was', ...verdict },
    );
  const both = [
    { id: 'cert_acme0', expires: 20, in: ['organization', 'proj_a', 'proj_b'] },
    { id: 'cert_acme1', expires: 300 },
  ];

  it('leaves out whose new leaf a later look of another scope has seen refused: it would be outside', async () => {
    const set = await scene(both, [onAcme('billing', 'proj_a')]);
    const plan = await set.plan('one');
    const project = scopeInput('one', plan, 'proj_a');
    await activate(set.ports, project);
    const { provenAt } = await verify(set.ports, overlap(project));
    await leave(set, plan, { scope: 'proj_a', verdict: 'proven', provenAt });
    // Somebody gives the successor a filter in the console, before the organization's turn.
    set.world.organization.setFilter('cert_acme1', 'subject.common_name != "billing"');
    const organization = scopeInput('one', plan, 'organization');
    await activate(set.ports, organization);
    const { name } = await verify(set.ports, overlap(organization)).catch((thrown) => thrown);
    expect(name).toBe('SuccessorRefused');
    await leave(set, plan, { scope: 'organization', error: name });
    const execution = { id: 'one', startedAt: plan.plannedAt };
    await promote(set.ports, { execution, plan, halt: { Error: name, Cause: 'it was' } });
    expect(await isIn(set, 'billing')).toBe('accepted');
  });

  it('moves nobody of an earlier wave to a successor that by now refuses everybody, as the wave that stopped has seen', async () => {
    const inBoth = [
      { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ];
    const set = await scene(inBoth, [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')]);
    const plan = await set.plan('one', { mode: 'scheduled' }, { canary: ['proj_a'] });
    expect(plan.waves.map(({ scopes }) => scopes.map(({ scope }) => scope))).toEqual([
      ['proj_a'],
      ['proj_b'],
    ]);
    const [a, b] = ['proj_a', 'proj_b'].map((scope) => scopeInput('one', plan, scope));
    if (!a || !b) throw new Error('there are two');
    await activate(set.ports, a);
    const { provenAt } = await verify(set.ports, overlap(a));
    await leave(set, plan, { scope: 'proj_a', verdict: 'proven', provenAt });
    // The canary goes well. Then somebody gives the successor a wrong filter in the console, before the next
    // wave.
    set.world.organization.setFilter('cert_acme1', 'subject.common_name == "nobody"');
    await activate(set.ports, b);
    const { name } = await verify(set.ports, overlap(b)).catch((thrown) => thrown);
    expect(name).toBe('SuccessorRefused');
    await leave(set, plan, { scope: 'proj_b', error: name });
    const execution = { id: 'one', startedAt: plan.plannedAt };
    await promote(set.ports, { execution, plan, halt: { Error: name, Cause: 'it was' } });
    expect(await isIn(set, 'billing')).toBe('accepted');
  });

  it('moves whoever the same wave has let in by a successor that it has refused somebody else by (I17)', async () => {
    const filter = 'subject.common_name != "search"';
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
        { id: 'cert_acme1', expires: 300, filter },
      ],
      [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
    );
    const plan = await set.plan('one');
    const [a, b] = ['proj_a', 'proj_b'].map((scope) => scopeInput('one', plan, scope));
    if (!a || !b) throw new Error('there are two');
    await activate(set.ports, a);
    const { provenAt } = await verify(set.ports, overlap(a));
    await leave(set, plan, { scope: 'proj_a', verdict: 'proven', provenAt });
    await activate(set.ports, b);
    await expect(verify(set.ports, overlap(b))).rejects.toMatchObject({ name: 'SuccessorRefused' });
    await leave(set, plan, { scope: 'proj_b', error: 'SuccessorRefused' });
    const execution = { id: 'one', startedAt: plan.plannedAt };
    const halt = { Error: 'SuccessorRefused', Cause: 'it was' };
    expect(await promote(set.ports, { execution, plan, halt })).toMatchObject({ promoted: ['billing'] });
  });

  it('moves nobody to a successor that lets in who has to stay out, where the scope that saw it was lost (F16)', async () => {
    const filter = 'subject.common_name != "intruder"';
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'], filter },
        { id: 'cert_acme1', expires: 300 },
      ],
      [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
      { witnesses: [{ name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } }] },
    );
    const plan = await set.plan('one');
    const [a, b] = ['proj_a', 'proj_b'].map((scope) => scopeInput('one', plan, scope));
    if (!a || !b) throw new Error('there are two');
    await activate(set.ports, a);
    await verify(set.ports, overlap(a));
    await leave(set, plan, { scope: 'proj_a', verdict: 'proven', provenAt });
    await activate(set.ports, b);
    await expect(verify(set.ports, overlap(b))).rejects.toMatchObject({ name: 'TrustWidened' });
    // The scope's execution is stopped by hand, or cannot leave its verdict. So the wave halts as ScopeLost.
    const execution = { id: 'one', startedAt: plan.plannedAt };
    const halt = { Error: 'ScopeLost', Cause: 'it left no verdict' };
    expect(await promote(set.ports, { execution, plan, halt })).toMatchObject({ promoted: [] });
  });

  it('moves whoever it has proven to a successor that a person has made active since it was taken back (I17, rule 3)', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['organization'] },
        { id: 'cert_acme1', expires: 300, in: ['organization'] },
      ],
      [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
    );
    const days = (count: number) => new Date((NOW - count * DAY) * 1000).toISOString();
    const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
    // The successor's filter was repaired and it was activated by hand, so sweeps go on with it.
    await set.journal.rememberBegun([{ ...pair, begunAt: days(5), takenBackAt: days(4) }]);
    const plan = await set.plan('one');
    expect(plan).toMatchObject({ decision: 'rotate', successions: [pair] });
    const input = scopeInput('one', plan, 'organization');
    await activate(set.ports, input);
    const ports = { ...set.ports, probe: saying(set.ports.probe, () => ({ search: SILENT })) };
    await expect(verify(ports, overlap(input))).rejects.toMatchObject({ name: 'ProbeInconclusive' });
    await leave(set, plan, { scope: 'organization', error: 'ProbeInconclusive' });
    const execution = { id: 'one', startedAt: plan.plannedAt };
    expect(await promote(set.ports, { execution, plan, verification: [] })).toMatchObject({
      promoted: ['billing'],
    });
  });
});
