import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const anchors = (filter: string): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
  { id: 'cert_acme1', expires: 300, filter },
];
// This leaf leads to the old anchor by its chain and to the new one directly. It proves nothing, because
// hosts check it against the new anchor as soon as that is active.
const both: SceneClient = {
  name: 'both',
  project: 'proj_a',
  running: { anchor: 'cert_acme1', by: 'cert_acme0' },
};
// Somebody moved this client to the successor too early. It is outside now, and it is the only client that
// can prove the successor.
const early: SceneClient = { name: 'early', project: 'proj_a', running: { anchor: 'cert_acme1' } };

async function overlap(filter: string, late: number, looksFirst: boolean) {
  const set = await scene(anchors(filter), [both, early]);
  const pause = async (seconds: number) => {
    set.time.now += seconds;
  };
  const ports = { ...set.ports, hosts: [HOST], pause };
  const input = scopeInput('one', await set.plan('one'));
  const begin = looksFirst ? { beforehand: await verify(ports, { ...input, moment: 'beforehand' }) } : {};
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : late));
  const activation = await activate(ports, { ...input, begin });
  return verify(ports, { ...input, begin, activation, moment: 'overlap' }).then(
    () => 'proven',
    ({ name }) => name,
  );
}

it.each([
  ['control without the look beforehand: the host that is late is found', 'both', 60, false],
  ['I8, F7: the only prover is not passed over', 'both', 60, true],
  ['control: a successor whose filter keeps out the client that leads to nothing else', 'early', 0, false],
  ['I13: a successor whose filter keeps out the client that leads to nothing else', 'early', 0, true],
])('%s', async (_, keptOut, late, looksFirst) => {
  expect(await overlap(`subject.common_name != "${keptOut}"`, late, looksFirst)).toBe('SuccessorRefused');
});
