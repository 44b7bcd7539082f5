import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { isInShard } from '../../../../lambdas/domain/cut/shards.ts';
import { promoteScope } from '../../../../lambdas/promote-scope.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { intruder, sendingBoth } from '../../both-paths.ts';
import { onAcme } from '../../saying.ts';
import { HOST, type SceneClient, scene, scopeInput } from '../../scene.ts';

const moved: SceneClient = { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } };

it.each([
  ['one function, an old leaf', onAcme('billing', 'proj_a'), false],
  ['one function, everybody moved before', moved, false],
  ['a shard with the witness and no old leaf', onAcme('billing', 'proj_a'), true],
] as const)(
  'the filter is right, and the host hears of an emergency’s cut 60 s late: %s',
  async (_, client, isSharded) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300, in: ['proj_a'], filter: 'subject.common_name != "intruder"' },
      ],
      [client],
      { witnesses: [intruder], choice: 'first' },
    );
    sendingBoth(set);
    const pause = async (s: number) => {
      set.time.now += s;
    };
    const ports = { ...set.ports, hosts: [HOST], pause };
    const input = scopeInput(
      'fire',
      await set.plan('fire', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' }),
    );
    const activation = await activate(ports, input);
    await verify(ports, { ...input, activation, moment: 'overlap' });
    await promoteScope(ports, input);
    set.world.organization.delayBy((place) => (place === 'listings' ? 0 : 60));
    const deactivation = await deactivate(ports, input);
    const shard = Array.from({ length: 9 }, (_, at) => ({ at, of: 9 })).find((one) =>
      isInShard('intruder', one),
    );
    if (isSharded && shard) expect(isInShard('billing', shard)).toBe(false);
    const look = () =>
      confirm(ports, { ...input, deactivation, ...(isSharded && shard && { shard }) }).then(
        () => 'confirmed',
        ({ name, message }) => `${name}: ${message}`,
      );
    const seen = [await look()];
    // The machine tries RetiringStillAccepted again for less than a minute, and TrustWidened twice within
    // seconds.
    for (let at = 0; at < 2; at++) {
      set.time.now += 5;
      seen.push(await look());
    }
    set.time.now += 600;
    expect(seen.filter((one) => one.startsWith('TrustWidened'))).toEqual([]);
  },
);
