import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { fingerprintOf } from '../../../lambdas/adapters/x509/fingerprint.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme } from '../saying.ts';
import { DAY, HOST, NOW, type SceneLeaf, scene, scopeInput } from '../scene.ts';

const staged = { anchor: 'cert_acme1', from: NOW - 9 * DAY, until: NOW + 10 * DAY };
const ofNext = (from: number, until: number) => ({ anchor: 'cert_acme1', from, until });

/**
 * A run proves a staged leaf, and after its plan somebody puts another leaf at AWSCURRENT. Returns whom the
 * run moves, whether the client stays on that leaf, and the halted scopes.
 */
async function given(leaf: SceneLeaf, about: Partial<SceneLeaf> = {}) {
  const waiting = { ...staged, ...about };
  const billing = { ...onAcme('billing', 'proj_a'), staged: waiting };
  const set = await scene(undefined, [billing, onAcme('spare', 'proj_a')]);
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const { execution } = input;
  await activate(ports, input);
  await set.stage('billing', 'AWSCURRENT', leaf);
  const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
  const visit = { execution, phase: 'overlap' as const };
  await set.verdicts.leave(visit, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
  const { promoted } = await promote(ports, {
    execution,
    plan,
    verification: [{ anyHalted: false, provenAt }],
  });
  const current = await set.secrets.read('billing', 'AWSCURRENT');
  const isLeft = fingerprintOf(current?.certificateChain ?? '') === (await set.fingerprint('billing', leaf));
  const halted = (await set.verdicts.of({ execution, phase: 'overlap' })).filter(({ error }) => error);
  return { set, promoted, isLeft, halted };
}

it('I19: a client that was given a newer leaf of the successor since the plan stays on it, and the next plan leaves it there', async () => {
  const { set, promoted, isLeft, halted } = await given(ofNext(NOW - DAY, NOW + 90 * DAY));
  expect({ promoted, isLeft }).toEqual({ promoted: ['spare'], isLeft: true });
  expect(halted).toEqual([expect.objectContaining({ scope: 'proj_a', error: 'LeafChanged', held: true })]);
  await set.leases.release('one');
  set.running.delete('one');
  const { promotions, blocked } = await set.plan('two');
  expect([promotions, blocked]).toEqual([[], []]);
});

it('I19: so does one that was given a leaf of another CA below the successor', async () => {
  const { promoted, isLeft } = await given({ ...ofNext(NOW - DAY, NOW + 90 * DAY), intermediate: true });
  expect({ promoted, isLeft }).toEqual({ promoted: ['spare'], isLeft: true });
});

it.each([
  ['ends before the staged one', ofNext(NOW - DAY, NOW + 5 * DAY)],
  ['is older than the staged one', ofNext(NOW - 20 * DAY, NOW + 90 * DAY)],
  ['renews what it is to leave', { ...ofNext(NOW - DAY, NOW + 90 * DAY), anchor: 'cert_acme0' }],
])('is moved where what he was given %s', async (_, leaf) => {
  expect(await given(leaf)).toMatchObject({ promoted: ['billing', 'spare'], isLeft: false });
});

it.each([
  ['what retires vouches for the successor', { by: 'cert_acme0' }, {}],
  ['both have certified one issuing CA', { sameAs: 'cert_acme0' }, { intermediate: true }],
])('I17: is moved where he was given a renewal of what he is to leave, and %s', async (_, about, renewal) => {
  const renewed = { ...ofNext(NOW - DAY, NOW + 90 * DAY), anchor: 'cert_acme0', ...renewal };
  expect(await given(renewed, about)).toMatchObject({ promoted: ['billing', 'spare'], isLeft: false });
});
