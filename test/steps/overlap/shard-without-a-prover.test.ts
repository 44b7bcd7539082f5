import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { isInShard } from '../../../lambdas/domain/cut/shards.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, onAcme } from '../saying.ts';
import { HOST, type SceneClient, scene, scopeInput } from '../scene.ts';

// Hosts go by the old anchor until they hear of the new one, whose filter refuses it.
const both: SceneClient = {
  name: 'both',
  project: 'proj_a',
  running: { anchor: 'cert_acme1', by: 'cert_acme0' },
};

it.each([1, 2])(
  'hosts hear of the activation 20 s late; the scope is gone through in %i shard(s)',
  async (of) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300, filter: 'subject.common_name != "both"' },
      ],
      [onAcme('search', 'proj_a'), both],
    );
    const pause = async (s: number) => {
      set.time.now += s;
    };
    const ports = { ...set.ports, hosts: [HOST], pause };
    const input = scopeInput('one', await set.plan('one'));
    expect([input.plan.evidence, await isIn(set, 'both')]).toEqual([undefined, 'accepted']);
    if (of === 2) expect(isInShard('both', { at: 0, of })).not.toBe(isInShard('search', { at: 0, of }));
    const begin = { beforehand: await verify(ports, { ...input, moment: 'beforehand' }) };
    set.world.organization.delayBy((place) => (place === 'listings' ? 0 : 20));
    const activation = await activate(ports, { ...input, begin });
    const began = set.time.now;
    const ended = [];
    for (let at = 0; at < of; at++) {
      // The shards are looked at together; the machine tries each again for minutes.
      set.time.now = began;
      const shard = of > 1 ? { shard: { at, of } } : {};
      const look = () =>
        verify(ports, { ...input, begin, activation, ...shard, moment: 'overlap' }).then(
          (end) => end,
          ({ name }) => name,
        );
      let end = await look();
      for (let tries = 0; typeof end === 'string' && tries < 12; tries++) {
        set.time.now += 10;
        end = await look();
      }
      ended.push(end);
    }
    let seen = ended.find((one) => typeof one === 'string') ?? 'proven';
    if (of > 1 && seen === 'proven')
      seen = await verify(ports, {
        ...input,
        begin,
        activation,
        verifications: ended as never,
        moment: 'overlap',
      }).then(
        (e) => (e.anyHalted ? 'halted' : 'proven'),
        ({ name }) => name,
      );
    set.time.now += 600;
    expect([seen, await isIn(set, 'both')]).toEqual(['SuccessorRefused', 'refused']);
  },
);
