import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { isInShard } from '../../../lambdas/domain/cut/shards.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme, SILENT, saying } from '../saying.ts';
import { HOST, type SceneClient, scene, scopeInput } from '../scene.ts';

/**
 * Returns whom a run moves while its witness does not answer. The scope's clients are looked at in `of`
 * shards.
 */
async function moved(of: number) {
  const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const names = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'];
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      // This anchor has no filter and lets the witness in. No look sees that while the witness's probes get
      // no answer.
      { id: 'cert_acme1', expires: 300 },
    ],
    names.map((name) => onAcme(name, 'proj_a')),
    { witnesses: [intruder] },
  );
  const plan = await set.plan('one');
  const probe = saying(set.ports.probe, () => ({ intruder: SILENT }));
  const ports = { ...set.ports, hosts: [HOST], probe };
  const input = scopeInput('one', plan);
  await activate(ports, input);
  const shards = of === 1 ? [undefined] : Array.from({ length: of }, (_, at) => ({ at, of }));
  // The witness is in one shard, and each shard has clients.
  if (of > 1)
    expect(new Set(names.map((name) => shards.findIndex((one) => isInShard(name, one)))).size).toBe(of);
  for (const shard of shards) {
    const look = verify(ports, { ...input, moment: 'overlap', ...(shard && { shard }) });
    await look.catch(({ name }) => expect(name).toBe('ProbeInconclusive'));
  }
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const halted = { verdict: 'halted' as const, error: 'ProbeInconclusive', cause: 'the witness is silent' };
  await set.verdicts.leave({ execution, phase: 'overlap' }, { scope: 'proj_a', ...halted } as never);
  const halt = { Error: 'ProbeInconclusive', Cause: 'the witness is silent' };
  return (await promote(ports, { execution, plan, halt })).promoted;
}

it('the control: nobody is moved to a successor of which nobody knows whom it keeps out', async () => {
  expect(await moved(1)).toEqual([]);
});

it('F16, I9, I18: so it is where the clients of a scope are looked at in shards, and the witness is one of them alone', async () => {
  expect(await moved(2)).toEqual([]);
});
