import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { DAY, NOW, type SceneAnchor, scene, scopeInput } from '../../scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };

/** An emergency names globex, an upload whose content the API does not show. Acme is due by default. */
async function withUnreadable(acme?: SceneAnchor[], scopes: string[] = []) {
  const set = await scene(acme);
  const about = { id: 'cert_globex0', name: 'globex@0', createdAt: NOW - 90 * DAY };
  set.world.organization.seed({ ...about, expiresAt: NOW + 200 * DAY, pem: null }, scopes);
  const name = async () => {
    await set.plan('fire', fire);
    await set.leases.release('fire');
    set.running.delete('fire');
    set.time.now += 300;
  };
  return { ...set, name };
}

describe('a compromised anchor whose certificate nobody can read', () => {
  it('I17: holds up no activation of another authority, which the plan lets go', async () => {
    const set = await withUnreadable();
    await set.name();
    const planned = await set.plan('one');
    expect(planned).toMatchObject({ decision: 'rotate', successions: [{ retiring: 'cert_acme0' }] });
    await expect(activate(set.ports, scopeInput('one', planned))).resolves.toMatchObject({
      activated: ['cert_acme1'],
    });
  });

  it('I16, I17: keeps an emergency from cutting no other that it names as well', async () => {
    const acme = [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ];
    const set = await withUnreadable(acme, ['proj_b']);
    const planned = await set.plan('fire', { ...fire, anchors: ['cert_acme0', 'cert_globex0'] });
    expect(planned).toMatchObject({ atOnce: true, successions: [{ retiring: 'cert_acme0' }] });
    await expect(activate(set.ports, scopeInput('fire', planned))).resolves.toMatchObject({
      activated: ['cert_acme1'],
    });
  });

  it('I10, I17: keeps no cut of another authority from being taken back', async () => {
    const set = await withUnreadable();
    const planned = await set.plan('one', { mode: 'scheduled' }, { soak: 'PT0S' });
    const input = scopeInput('one', planned);
    await activate(set.ports, input);
    await verify(set.ports, { ...input, moment: 'overlap' });
    const deactivation = await deactivate(set.ports, input);
    expect(set.activeIn('proj_a')).toEqual(['cert_acme1']);
    // An emergency writes its name down before anything else, whether or not another run is at work.
    await set.journal.rememberCompromised([{ anchorId: 'cert_globex0' }]);
    const halt = { Error: 'SuccessorRefused', Cause: 'billing is locked out' };
    await expect(undo(set.ports, { ...input, deactivation, halt })).resolves.toMatchObject({
      reactivated: ['cert_acme0'],
    });
  });
});
