import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { moveToStaged } from '../saying.ts';
import { DAY, HOST, NOW, scene, scopeInput } from '../scene.ts';

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

  it('is let in again where a run has moved it back there, by a call that landed late', async () => {
    const back = await scene(
      [
        { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
        { id: 'cert_acme2', expires: 400 },
      ],
      [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } }],
    );
    const [before, after] = await Promise.all(
      ['cert_acme1', 'cert_acme0'].map((anchor) => back.fingerprint('billing', { anchor })),
    );
    await back.stage('billing', 'AWSCURRENT', { anchor: 'cert_acme0' });
    const at = instant(NOW - DAY);
    const run = { execution: 'zero', startedAt: at, at };
    const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
    await back.journal.record({ ...run, event: 'planned', detail: { successions: [pair] } });
    const detail = { restoring: 'billing', leaves: [{ client: 'billing', before, after }] };
    await back.journal.record({ ...run, event: 'restoring', detail });
    back.world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    const next = await back.plan('next', { mode: 'scheduled' }, { hold: ['cert_acme0'] });
    expect(next).toMatchObject({ isRed: true, outside: [{ client: 'billing' }] });
  });

  it("is left there where no run has: that is its operator's affair, and no run halts for it (I17)", async () => {
    const set = await scene();
    await set.plan('one');
    set.running.delete('one');
    await moveToStaged(set.secrets, 'billing');
    const next = await set.plan('next', { mode: 'scheduled' }, hold);
    expect(next).toMatchObject({ anyOutside: false });
    expect(next.blocked.flatMap(({ client }) => client ?? [])).toEqual([]);
  });
});
