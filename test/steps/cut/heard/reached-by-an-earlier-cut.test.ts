import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { promote } from '../../../../lambdas/promote.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { isIn, onAcme } from '../../saying.ts';
import { DAY, HOST, type SceneClient, scene, scopeInput } from '../../scene.ts';

// Two lines: acme's cut was made by a run that died before it confirmed; bolt's client keeps a leaf whose other anchor refuses it.
const keeping: SceneClient = {
  name: 'search',
  project: 'proj_a',
  running: { anchor: 'cert_keel0', by: 'cert_bolt0' },
};
it.each([false, true])('whether acme was cut by an earlier run: %s', async (earlier) => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
      { id: 'cert_bolt0', expires: 900, in: ['proj_a'], filter: 'subject.common_name == "bolts"' },
    ],
    [
      onAcme('billing', 'proj_a'),
      { name: 'of-keel', project: 'proj_a', running: { anchor: 'cert_keel1' } },
      keeping,
    ],
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
  if (earlier) await set.certificates.deactivate('proj_a', ['cert_acme0']);
  set.time.now += 60;
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
  expect([seen, await isIn(set, 'search')]).toEqual(['SuccessorRefused', 'refused']);
});
