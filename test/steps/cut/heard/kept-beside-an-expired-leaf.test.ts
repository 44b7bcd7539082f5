import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { promote } from '../../../../lambdas/promote.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { isIn, onAcme } from '../../saying.ts';
import { DAY, HOST, NOW, type SceneClient, scene, scopeInput } from '../../scene.ts';

const keeping: SceneClient = {
  name: 'search',
  project: 'proj_a',
  running: { anchor: 'cert_acme0', by: 'cert_bolt0' },
};

it.each([
  ['outlasts the soak', undefined],
  ['ends within the soak', NOW + 3 * DAY],
])(
  'a client that keeps a leaf which the other anchor refuses, where the only old leaf %s',
  async (_, until) => {
    const billing: SceneClient = {
      ...onAcme('billing', 'proj_a'),
      running: { anchor: 'cert_acme0', ...(until && { until }) },
    };
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_bolt0', expires: 900, in: ['proj_a'], filter: 'subject.common_name == "bolts"' },
      ],
      [billing, keeping],
    );
    const pause = async (s: number) => {
      set.time.now += s;
    };
    const ports = { ...set.ports, hosts: [HOST], pause };
    const plan = await set.plan('one');
    const input = scopeInput('one', plan);
    const { execution } = input;
    const activation = await activate(ports, input);
    const { provenAt } = await verify(ports, { ...input, activation, moment: 'overlap' });
    await set.verdicts.leave(
      { execution, phase: 'overlap' },
      { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt },
    );
    await promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
    set.time.now += 7 * DAY;
    const verification = await verify(ports, { ...input, moment: 'beforeCut' });
    set.world.organization.delayBy((place) => (place === 'listings' ? 0 : 20));
    const deactivation = await deactivate(ports, input);
    const look = () =>
      confirm(ports, { ...input, verification, deactivation }).then(
        () => 'confirmed',
        ({ name }) => name,
      );
    let seen = await look();
    for (; seen === 'RetiringStillAccepted'; ) {
      set.time.now += 10;
      seen = await look();
    }
    set.time.now += 600;
    expect([seen, await isIn(set, 'search'), (await set.journal.cuts()).length]).toEqual([
      'SuccessorRefused',
      'refused',
      1,
    ]);
  },
);
