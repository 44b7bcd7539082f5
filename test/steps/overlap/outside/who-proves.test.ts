import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { isIn } from '../../saying.ts';
import { HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const anchors = (filter?: string): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
  { id: 'cert_acme1', expires: 300, ...(filter && { filter }) },
];
// Its leaf leads to the old anchor by the chain and to the new one directly: it can prove nothing, hosts ask the new one as soon as it is there.
const both: SceneClient = {
  name: 'both',
  project: 'proj_a',
  running: { anchor: 'cert_acme1', by: 'cert_acme0' },
};
// Somebody moved it to the new generation before that was active: outside today, and the only one who proves the successor.
const early: SceneClient = { name: 'early', project: 'proj_a', running: { anchor: 'cert_acme1' } };

async function overlap(filter: string | undefined, late: number, looksFirst: boolean) {
  const set = await scene(anchors(filter), [both, early]);
  const paused: number[] = [];
  const pause = async (s: number) => {
    paused.push(s);
    set.time.now += s;
  };
  const ports = { ...set.ports, hosts: [HOST], pause };
  const input = scopeInput('one', await set.plan('one'));
  const begin = looksFirst ? { beforehand: await verify(ports, { ...input, moment: 'beforehand' }) } : {};
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : late));
  const activation = await activate(ports, { ...input, begin });
  const seen = await verify(ports, { ...input, begin, activation, moment: 'overlap' }).then(
    ({ evidence, outside }) => ({ evidence, outside }),
    ({ name }) => name,
  );
  set.time.now += 600;
  return {
    asked: input.plan.successions.map((one) => one.askedFirst),
    planEvidence: input.plan.evidence,
    seen,
    both: await isIn(set, 'both'),
    early: await isIn(set, 'early'),
    paused,
  };
}

it('control without the look beforehand: the host that is late is found', async () => {
  const r = await overlap('subject.common_name != "both"', 60, false);
  expect(r.seen).toBe('SuccessorRefused');
});
it('I8, F7: the only prover is not passed over', async () => {
  const r = await overlap('subject.common_name != "both"', 60, true);
  expect(r.seen).toBe('SuccessorRefused');
});
it('control: a successor whose filter keeps out the client that leads to nothing else', async () => {
  const r = await overlap('subject.common_name != "early"', 0, false);
  expect(r.seen).toBe('SuccessorRefused');
});
it('I13: a successor whose filter keeps out the client that leads to nothing else', async () => {
  const r = await overlap('subject.common_name != "early"', 0, true);
  expect(r.seen).toBe('SuccessorRefused');
});
