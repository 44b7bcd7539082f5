import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme, overlap, twoAuthorities } from '../saying.ts';
import { failing, HOST, type Scene, scene, scopeInput } from '../scene.ts';

/** Runs an emergency for these anchors up to the look right before the cut of a project. */
async function beforeTheCut(set: Scene, anchors: string[]) {
  const ports = { ...set.ports, hosts: [HOST] };
  const request = { mode: 'emergency' as const, anchors, reason: 'its key leaked' };
  const input = scopeInput('fire', await set.plan('fire', request));
  await activate(ports, input);
  const verification = await verify(ports, overlap(input));
  const promotions = input.plan.checks.map(({ client, secret, leaf }) => ({ client, secret, leaf }));
  await promoteScope(ports, { ...input, plan: { ...input.plan, promotions }, verification });
  await verify(ports, { ...input, moment: 'beforeCut' });
  return { ports, input };
}

const retracted = expect.objectContaining({ name: 'CompromiseRetracted' });

/** Acme's first anchor and its renewal are active in one project. Both have the same key. */
const withRenewal = (): Promise<Scene> =>
  scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 250, in: ['proj_a'], renewedFrom: 'cert_acme0' },
      { id: 'cert_acme2', expires: 300 },
    ],
    [{ ...onAcme('billing', 'proj_a'), staged: { anchor: 'cert_acme2' } }],
  );

it('I6, I15: what a person has taken back is not cut without a soak by the emergency that is at work', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a')],
  );
  const { ports, input } = await beforeTheCut(set, ['cert_acme0']);
  await set.journal.forgetCompromised(['cert_acme0']);
  await expect(deactivate(ports, input)).rejects.toEqual(retracted);
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
  expect(await set.journal.cuts()).toEqual([]);
});

it('I6, I15: nor where its Plan had named it, and is tried again after that', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a')],
  );
  const began = set.time.now;
  const down = set.portsWith({ wire: failing(({ op }) => op === 'list') });
  const request = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  await expect(set.plan('fire', request, {}, down)).rejects.toMatchObject({ name: 'ApiUnavailable' });
  expect(await set.journal.compromised()).toMatchObject([{ anchorId: 'cert_acme0' }]);
  await set.journal.forgetCompromised(['cert_acme0']);
  set.time.now += 60;
  await expect(set.plan('fire', request, {}, set.ports, began)).rejects.toEqual(retracted);
  expect(await set.journal.compromised()).toEqual([]);
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
  // A person who names the anchor once more has a reason, so it counts as compromised again.
  await expect(set.plan('again', request)).rejects.toMatchObject({ name: 'Busy' });
  expect(await set.journal.compromised()).toMatchObject([{ anchorId: 'cert_acme0' }]);
});

/**
 * An emergency whose Plan has named these anchors and could list nothing. It is tried again after a person
 * has taken the first name back.
 */
async function plannedAgain(set: Scene, anchors: string[]) {
  const began = set.time.now;
  const down = set.portsWith({ wire: failing(({ op }) => op === 'list') });
  const request = { mode: 'emergency' as const, anchors, reason: 'its key leaked' };
  await expect(set.plan('fire', request, {}, down)).rejects.toMatchObject({ name: 'ApiUnavailable' });
  await set.journal.forgetCompromised(anchors.slice(0, 1));
  set.time.now += 60;
  return set.plan('fire', request, {}, set.ports, began);
}

it('I16: what else it has named is rotated at once, and the plan says what was taken back', async () => {
  const { successions, warnings = [] } = await plannedAgain(await twoAuthorities(200), [
    'cert_acme0',
    'cert_keel0',
  ]);
  expect(successions.map(({ retiring }) => retiring)).toEqual(['cert_keel0']);
  expect(warnings.join()).toMatch(/taken back since this emergency began that cert_acme0 is compromised/);
});

it('I15: an anchor that is taken back stays compromised while another one that has its key is remembered', async () => {
  const set = await withRenewal();
  const digest = 'keyDigest';
  await set.plan('before', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' });
  expect(await set.journal.compromised()).toMatchObject([{ [digest]: expect.any(String) }]);
  await set.leases.release('before');
  set.running.delete('before');
  const { successions } = await plannedAgain(set, ['cert_acme1']);
  expect(successions.map(({ retiring }) => retiring).toSorted()).toEqual(['cert_acme0', 'cert_acme1']);
});

it('I6: a scope that comes to it after that activates nothing', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a')],
  );
  const request = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const input = scopeInput('fire', await set.plan('fire', request));
  await set.journal.forgetCompromised(['cert_acme0']);
  await expect(activate(set.ports, input)).rejects.toEqual(retracted);
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
});

it('I6: nor moves it anybody where the successor is active already, or another anchor was to be cut elsewhere', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      { id: 'cert_keel0', expires: 200, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      onAcme('billing', 'proj_a'),
      { ...onAcme('keel', 'proj_b'), running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } },
    ],
  );
  const anchors = ['cert_acme0', 'cert_keel0'];
  const planned = await set.plan('fire', { mode: 'emergency', anchors, reason: 'their keys leaked' });
  const input = scopeInput('fire', planned);
  // Both successions go into one scope, as in a project that lists itself.
  const successions = planned.waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.successions));
  const both = { ...input, plan: { ...input.plan, successions } };
  await set.journal.forgetCompromised(['cert_acme0']);
  await expect(activate(set.ports, both)).rejects.toEqual(retracted);
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
});

it('I16: the other anchors of its scope are cut and confirmed all the same, and the scope ends red', async () => {
  const set = await twoAuthorities(200);
  const { ports, input } = await beforeTheCut(set, ['cert_acme0', 'cert_keel0']);
  await set.journal.forgetCompromised(['cert_acme0']);
  const deactivation = await deactivate(ports, input);
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1', 'cert_keel1']);
  await expect(confirm(ports, { ...input, deactivation })).rejects.toEqual(retracted);
  expect(await set.journal.cuts()).toEqual([]);
});

it('I15: a key stays compromised while another anchor that has it is remembered, and what has it is cut', async () => {
  const set = await withRenewal();
  const { ports, input } = await beforeTheCut(set, ['cert_acme0']);
  expect(input.plan.successions).toHaveLength(2);
  await deactivate(ports, input);
  expect(set.activeIn('proj_a')).toEqual(['cert_acme2']);
});

it('I15: what only has the key of an anchor is not cut once that anchor is taken back', async () => {
  const set = await withRenewal();
  const { ports, input } = await beforeTheCut(set, ['cert_acme0']);
  await set.journal.forgetCompromised(['cert_acme0']);
  await expect(deactivate(ports, input)).rejects.toEqual(retracted);
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1', 'cert_acme2']);
});

it('I10: what an earlier run has cut there is confirmed all the same', async () => {
  const set = await twoAuthorities(200);
  const named = { reason: 'its key leaked', namedAt: instant(set.time.now - 600) };
  await set.journal.rememberCompromised(
    ['cert_acme0', 'cert_keel0'].map((anchorId) => ({ anchorId, ...named })),
  );
  await set.ports.certificates.activate('proj_a', ['cert_keel1']);
  await set.ports.certificates.deactivate('proj_a', ['cert_keel0']);
  const cut = { scope: 'proj_a', retiring: 'cert_keel0', successor: 'cert_keel1', compromised: true };
  await set.journal.rememberCuts([{ ...cut, cutAt: instant(set.time.now - 300) }]);
  const input = scopeInput('next', await set.plan('next'));
  await set.journal.forgetCompromised(['cert_acme0']);
  expect(await activate(set.ports, input)).toMatchObject({ remains: 'cut' });
});
