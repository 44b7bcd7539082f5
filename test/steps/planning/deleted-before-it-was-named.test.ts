import { expect, it } from 'vitest';
import { keyDigestOf } from '../../../lambdas/adapters/x509/keys.ts';
import { authorityOf } from '../../../simulation/certificates/material.ts';
import { DAY, NOW, type Scene, scene } from '../scene.ts';

const leaked = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

/**
 * An organization in which a person has deactivated and deleted an anchor. With `isSeen`, an earlier plan had
 * seen it.
 */
async function deleted({ isSeen }: { isSeen: boolean }): Promise<Scene> {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 300, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 600, in: ['proj_a'] },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } }],
  );
  const { organization } = set.world;
  if (isSeen) await ended(set, set.plan('before'));
  organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'person');
  organization.remove('cert_acme0', 'person');
  return set;
}

async function ended(set: Scene, plan: Promise<unknown>): Promise<unknown> {
  const end = await plan.catch(({ name }: Error) => name);
  for (const id of set.running) await set.leases.release(id);
  set.running.clear();
  return end;
}

it('I15: the key of an anchor that was deleted before anybody named it stays compromised, under whatever id it is uploaded again', async () => {
  const set = await deleted({ isSeen: true });
  expect(await ended(set, set.plan('two', leaked))).toBe('UnknownAnchor');
  expect(await set.journal.compromised()).toMatchObject([
    { anchorId: 'cert_acme0', keyDigest: expect.any(String) },
  ]);
  const { pem } = authorityOf('acme', 0, false);
  const again = { id: 'cert_again', name: 'acme@0', createdAt: NOW, expiresAt: NOW + 300 * DAY, pem };
  set.world.organization.seed(again, ['proj_a']);
  set.time.now += DAY;
  expect(await set.plan('three')).toMatchObject({
    decision: 'rotate',
    atOnce: true,
    successions: [{ retiring: 'cert_again' }],
  });
});

it('I15: an id that no plan has ever seen is forgotten, as one that never existed', async () => {
  const set = await deleted({ isSeen: false });
  expect(await ended(set, set.plan('two', leaked))).toBe('UnknownAnchor');
  expect(await set.journal.compromised()).toEqual([]);
});

it('I15: such a key may be named as that of a CA by now, since nothing is uploaded that has it', async () => {
  const set = await deleted({ isSeen: true });
  const keys = [keyDigestOf(authorityOf('acme', 0, false).pem) ?? ''];
  const named = { mode: 'emergency' as const, anchors: ['cert_acme1'], reason: 'both leaked', keys };
  await ended(set, set.plan('two', named));
  expect((await set.journal.compromised()).map(({ anchorId }) => anchorId)).toContain(`key:${keys[0]}`);
});
