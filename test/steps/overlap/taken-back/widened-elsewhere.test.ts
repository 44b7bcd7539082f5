import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import type { ScopeVerdict } from '../../../../lambdas/domain/document.ts';
import { promote } from '../../../../lambdas/promote.ts';
import { release } from '../../../../lambdas/release.ts';
import { restore } from '../../../../lambdas/restore.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const policy = { canary: ['proj_a'] };

it('F16: a successor that has let a stranger in is taken back in every scope where this run has activated it, or the plan says where it stands', async () => {
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'], filter: 'subject.common_name != "intruder"' },
    { id: 'cert_acme1', expires: 300 },
  ];
  const both = { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } };
  const clients: SceneClient[] = [
    { name: 'billing', project: 'proj_a', ...both },
    { name: 'search', project: 'proj_b', ...both },
  ];
  // The witness calls with a key of proj_b: in proj_a nobody looks.
  const intruder: SceneClient = { name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } };
  const set = await scene(anchors, clients, { witnesses: [intruder] });
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one', { mode: 'scheduled' }, policy);
  const about = { execution: { id: 'one', startedAt: plan.plannedAt }, phase: 'overlap' as const };
  // The canary goes well.
  const canary = scopeInput('one', plan, 'proj_a');
  await activate(ports, canary);
  const { provenAt } = await verify(ports, { ...canary, moment: 'overlap' });
  const proven: ScopeVerdict = { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt };
  await set.verdicts.leave(about, proven);
  // In the next wave the witness gets in.
  const input = scopeInput('one', plan, 'proj_b');
  const activation = await activate(ports, input);
  await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toMatchObject({
    name: 'TrustWidened',
  });
  const halt = { Error: 'TrustWidened', Cause: 'the witness gets in' };
  expect(await undo(ports, { ...input, activation, halt })).toMatchObject({ takenBack: ['cert_acme1'] });
  await set.verdicts.leave(about, {
    scope: 'proj_b',
    verdict: 'halted',
    error: halt.Error,
    cause: halt.Cause,
  });
  const { execution } = about;
  expect(await promote(ports, { execution, plan, halt })).toMatchObject({ promoted: [] });
  await restore(ports, { execution, plan });
  await release(ports, { execution, request: {}, plan, halt });
  set.running.delete('one');
  // A day later the sweep leaves the pair to a person.
  set.time.now += 86_400;
  const sweep = await set.plan('two', { mode: 'scheduled' }, policy);
  expect(sweep.decision).toBe('blocked');
  const told = sweep.blocked.map(({ reason, scopes = [] }) => `${reason} ${scopes.join()}`).join();
  if (!told.includes('proj_a')) expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
});
