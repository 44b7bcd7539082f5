import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

const STATED = { successions: { cert_acme0: 'cert_globex1' } };

/** Policy has acme's clients move to globex, and a run begins with that. */
async function begun(name: string | null) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], name },
      { id: 'cert_globex1', expires: 300, in: ['proj_b'] },
    ],
    [
      {
        name: 'billing',
        project: 'proj_a',
        running: { anchor: 'cert_acme0' },
        staged: { anchor: 'cert_globex1' },
      },
    ],
  );
  const plan = await set.plan('one', undefined, STATED);
  return { set, plan, input: scopeInput('one', plan) };
}

/** The same run has proven it and moved the client, and is stopped as it soaks. */
async function soaking(name: string | null) {
  const { set, plan, input } = await begun(name);
  const ports = { ...set.ports, hosts: [HOST] };
  await activate(ports, input);
  const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
  const about = { execution: input.execution, phase: 'overlap' as const };
  await set.verdicts.leave(about, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
  const { execution } = input;
  await promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  return { set };
}

describe.each([
  ['begun', begun],
  ['soaking', soaking],
])('a pair that policy alone has stated, and that is %s', (_, upTo) => {
  it.each(['acme@2026', null])('rule 2: goes on no longer than policy states it (%j)', async (name) => {
    const { set } = await upTo(name);
    await set.leases.release('one');
    set.time.now += 600;
    const { successions, blocked } = await set.plan('two');
    expect(successions).toEqual([]);
    expect(blocked).toMatchObject([{ anchor: 'cert_acme0' }]);
    await set.leases.release('two');
    expect((await set.plan('three', undefined, STATED)).successions).toMatchObject([
      { retiring: 'cert_acme0', successor: 'cert_globex1' },
    ]);
  });
});
