import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { promote } from '../../../lambdas/promote.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

it("I17: another authority's client that its own project has proven is moved, though a witness gets in by a neighbour's successor elsewhere", async () => {
  const everywhere = ['proj_a', 'proj_b'];
  const anchors: SceneAnchor[] = ['acme', 'keel'].flatMap((line) => [
    { id: `cert_${line}0`, expires: 20, in: everywhere },
    { id: `cert_${line}1`, expires: 300 },
  ]);
  const client = (name: string, project: string, line: string): SceneClient => ({
    ...{ name, project, running: { anchor: `cert_${line}0` }, staged: { anchor: `cert_${line}1` } },
  });
  const clients = [
    client('acme-a', 'proj_a', 'acme'),
    client('keel-a', 'proj_a', 'keel'),
    client('acme-b', 'proj_b', 'acme'),
    client('keel-b', 'proj_b', 'keel'),
  ];
  const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const set = await scene(anchors, clients, { witnesses: [intruder] });
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one');
  const about = { execution: { id: 'one', startedAt: plan.plannedAt }, phase: 'overlap' as const };
  const good = scopeInput('one', plan, 'proj_b');
  await activate(ports, good);
  const { provenAt } = await verify(ports, { ...good, moment: 'overlap' });
  const proven: ScopeVerdict = { scope: 'proj_b', verdict: 'proven', error: '', cause: '', provenAt };
  await set.verdicts.leave(about, proven);
  const input = scopeInput('one', plan, 'proj_a');
  const activation = await activate(ports, input);
  await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toMatchObject({
    name: 'TrustWidened',
  });
  const halt = { Error: 'TrustWidened', Cause: 'the witness gets in' };
  // Undo knows whose fault it is.
  expect(await undo(ports, { ...input, activation, halt })).toMatchObject({ takenBack: ['cert_acme1'] });
  await set.verdicts.leave(about, {
    scope: 'proj_a',
    verdict: 'halted',
    error: halt.Error,
    cause: halt.Cause,
  });
  expect(await promote(ports, { execution: about.execution, plan, halt })).toMatchObject({
    promoted: ['keel-b'],
  });
});
