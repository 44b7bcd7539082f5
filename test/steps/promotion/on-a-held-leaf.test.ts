import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

describe('a client on a leaf of what is held, and trusted nowhere any more', () => {
  const hold = { hold: ['cert_acme1'] };

  it('is let in again where a run has moved it there: no run activates that (I5, I11)', async () => {
    const set = await scene();
    const planned = await set.plan('one');
    const input = scopeInput('one', planned);
    await activate(set.ports, input);
    const proof = await verify({ ...set.ports, hosts: [HOST] }, { ...input, moment: 'overlap' });
    await promote(set.ports, { execution: input.execution, plan: planned, verification: [[proof]] });
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    set.running.delete('one');
    const next = await set.plan('next', { mode: 'scheduled' }, hold);
    expect(next).toMatchObject({ isRed: true, outside: [{ client: 'billing' }] });
  });

  it("is left there where no run has: that is its operator's affair, and no run halts for it (I17)", async () => {
    const set = await scene();
    await set.plan('one');
    set.running.delete('one');
    const { versionId = '' } = (await set.secrets.read('billing', 'AWSPENDING')) ?? {};
    await set.secrets.promote('billing', versionId);
    const next = await set.plan('next', { mode: 'scheduled' }, hold);
    expect(next).toMatchObject({ anyOutside: false });
    expect(next.blocked.flatMap(({ client }) => client ?? [])).toEqual([]);
  });
});
