import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { isInShard } from '../../../lambdas/domain/cut/shards.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme, SILENT, saying } from '../saying.ts';
import { HOST, type Scene, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

const anchorsWith = (filter?: string): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
  { id: 'cert_acme1', expires: 300 },
  { id: 'cert_bolt0', expires: 900, in: ['proj_a'], ...(filter !== undefined && { filter }) },
];
/** A client that keeps its leaf, because bolt has cross-signed acme's anchor. */
const keeping: SceneClient = {
  ...{ name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0', by: 'cert_bolt0' } },
};

/**
 * Sums up a project that was cut and whose shards have ended well. With `isReached`, all shards but that of
 * search have seen an old leaf refused. Without it, no shard has.
 */
async function summedUp(set: Scene, { isReached = true } = {}) {
  const input = scopeInput('one', await set.plan('one', { mode: 'scheduled' }));
  await activate(set.ports, input);
  const deactivation = await deactivate(set.ports, input);
  const confirmations = [0, 1].map((at) => ({
    ...{ scope: 'proj_a', confirmedAt: instant(set.time.now), probes: 2 },
    refused: isReached && !isInShard('search', { at, of: 2 }) ? ['billing'] : [],
  }));
  return { ...input, deactivation, confirmations } as never;
}

it('I1, I10, I18: what a shard is told of a kept leaf, which had no old leaf to ask about, counts once the others have seen the cut', async () => {
  const set = await scene(anchorsWith('subject.common_name == "bolts"'), [
    onAcme('billing', 'proj_a'),
    keeping,
  ]);
  const ports = { ...set.ports, hosts: [HOST] };
  await expect(confirm(ports, await summedUp(set))).rejects.toMatchObject({ name: 'SuccessorRefused' });
  expect(set.entries().at(-1)).toMatchObject({
    ...{ event: 'confirmed', detail: { error: 'SuccessorRefused', clients: ['search'] } },
  });
});

it('I8, I18: so does what it is told of anybody where the listing was the evidence', async () => {
  const names = ['billing', 'search'];
  const renewal = { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' };
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { ...renewal, filter: 'subject.common_name == "billing"' },
    ],
    names.map((name) => ({ name, project: 'proj_a', running: { anchor: 'cert_acme0' } })),
    { choice: 'first' },
  );
  const ports = { ...set.ports, hosts: [HOST] };
  await expect(confirm(ports, await summedUp(set))).rejects.toMatchObject({ name: 'SuccessorRefused' });
});

it('I9, I17, I18: of whom a shard could say nothing before the cut a refusal counts after it, and silence does not', async () => {
  const set = await scene(anchorsWith('subject.common_name == "bolts"'), [
    onAcme('billing', 'proj_a'),
    keeping,
  ]);
  const input = await summedUp(set);
  const seen = { scope: 'proj_a', provenAt: instant(set.time.now), evidence: 'probe', probes: 2 };
  const verifications = [seen, { ...seen, unknown: ['search'] }];
  const looked = { ...(input as object), verifications, moment: 'beforeCut' } as never;
  const verification = await verify(set.ports, looked);
  expect(verification).toMatchObject({ outside: [], unknown: ['search'] });
  const confirmed = (probe = set.ports.probe) =>
    confirm({ ...set.ports, hosts: [HOST], probe }, { ...(input as object), verification } as never);
  await expect(confirmed()).rejects.toMatchObject({ name: 'SuccessorRefused' });
  const silent = saying(set.ports.probe, () => ({ search: SILENT }));
  expect(await confirmed(silent)).toMatchObject({ scope: 'proj_a' });
});

it('I18: where no shard has seen that the cut has reached the hosts, each has waited and looked again itself', async () => {
  const set = await scene(anchorsWith(), [onAcme('billing', 'proj_a'), keeping]);
  const ports = { ...set.ports, probe: () => expect.unreachable() };
  expect(await confirm(ports, await summedUp(set, { isReached: false }))).toMatchObject({ probes: 4 });
});

it('I16: what is compromised stays cut whatever a second look would see, so that nobody is asked again', async () => {
  const set = await scene(anchorsWith(), [onAcme('billing', 'proj_a')]);
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
  const { plan, ...input } = scopeInput('one', await set.plan('one', fire));
  await activate(set.ports, { ...input, plan });
  const deactivation = await deactivate(set.ports, { ...input, plan });
  const confirmations = [0, 1].map((at) => ({
    ...{ scope: 'proj_a', confirmedAt: instant(set.time.now), probes: 2, evidence: 'listing' as const },
    refused: isInShard('billing', { at, of: 2 }) ? [] : ['audit'],
  }));
  const ports = { ...set.ports, hosts: [HOST], probe: () => expect.unreachable() };
  const listed = { ...plan, evidence: 'listing' as const };
  expect(
    await confirm(ports, { ...input, plan: listed, deactivation, confirmations } as never),
  ).toMatchObject({ probes: 4 });
});

it('I10, I18: where a shard has halted, its undo waits for no second look at the others', async () => {
  const set = await scene(anchorsWith(), [onAcme('billing', 'proj_a'), keeping]);
  const ports = { ...set.ports, probe: () => expect.unreachable() };
  const halt = { Error: 'SuccessorRefused', Cause: 'client audit was refused' };
  const input = (await summedUp(set)) as { confirmations: object[] };
  const confirmations = [...input.confirmations, { halt }];
  expect(await confirm(ports, { ...input, confirmations } as never)).toMatchObject({
    ...{ anyHalted: true, halt },
  });
  expect(await set.journal.cuts()).toHaveLength(1);
});

it('I10, I16: the cut is not struck off where one shard has left somebody to a project that lists itself', async () => {
  const set = await scene(anchorsWith(), [onAcme('billing', 'proj_a'), keeping]);
  const input = (await summedUp(set, { isReached: false })) as { confirmations: object[] };
  const sumUp = (isLeft: boolean) => {
    const confirmations = input.confirmations.map((one, at) =>
      isLeft && at === 0 ? { ...one, isLeft } : one,
    );
    return confirm(set.ports, { ...input, confirmations } as never);
  };
  await sumUp(true);
  expect(await set.journal.cuts()).toHaveLength(1);
  await sumUp(false);
  expect(await set.journal.cuts()).toEqual([]);
});

it('I12, I10: a run that is taken over meanwhile forgets no cut that the other remembers', async () => {
  const set = await scene(anchorsWith(), [onAcme('billing', 'proj_a'), keeping]);
  const { probe } = set.ports;
  let asked = 0;
  const meanwhile: typeof probe = async (host, held) => {
    const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
    if (asked++ === 0) await set.plan('fire', fire);
    return probe(host, held);
  };
  const ports = { ...set.ports, hosts: [HOST], probe: meanwhile };
  await expect(confirm(ports, await summedUp(set))).rejects.toMatchObject({ name: 'Superseded' });
  expect(await set.journal.cuts()).toHaveLength(1);
});
