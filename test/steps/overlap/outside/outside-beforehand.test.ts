import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { DAY, HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const on = (name: string, keyless = false): SceneClient => ({
  ...{ name, project: 'proj_a', running: { anchor: 'cert_acme0' }, keyless },
});

/**
 * An anchor with the filter `before`, and its renewal with the filter `filter`. Both have the same key, so a
 * host may check a leaf against either (F7).
 */
const renewed = (filter?: string, before?: string): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'], ...(before && { filter: before }) },
  { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...(filter && { filter }) },
];

const set = (
  anchors: SceneAnchor[],
  clients = [on('billing'), on('search')],
  options: Parameters<typeof scene>[2] = {},
) => scene(anchors, clients, options);
type Set = Awaited<ReturnType<typeof set>>;

/**
 * Runs the overlap of a run as its machine does: the look who is outside, the activation, the proof, and the
 * undo where the proof halts.
 */
async function overlapOf(set: Set, id: string, at: { activeBefore?: true } = {}) {
  const input = scopeInput(id, await set.plan(id));
  if (at.activeBefore) await activate(set.ports, input);
  const beforehand = await verify(set.ports, { ...input, moment: 'beforehand' });
  const begin = { beforehand };
  const activation = await activate(set.ports, { ...input, begin });
  const halt = await verify(set.ports, { ...input, begin, activation, moment: 'overlap' }).then(
    () => null,
    ({ name, message }) => ({ Error: String(name), Cause: String(message) }),
  );
  const { clients = undefined } = input;
  if (halt) await undo(set.ports, { ...input, begin, activation, clients, halt });
  return { outside: beforehand.outside, error: halt?.Error ?? null, active: set.activeIn('proj_a') };
}

const BOTH = ['cert_acme0', 'cert_acme1'];
const WITHOUT_SEARCH = 'subject.common_name != "search"';

describe.each(['first', 'last'] as const)('where hosts ask the %s anchor of a key', (choice) => {
  it('I17: a client that the filter of until now keeps out as well takes a renewal back from nobody', async () => {
    const scene = await set(renewed(WITHOUT_SEARCH, WITHOUT_SEARCH), undefined, { choice });
    expect(await overlapOf(scene, 'one')).toEqual({ outside: ['search'], error: null, active: BOTH });
  });

  it('I17: nor does a keyless client whose service account was deleted long ago', async () => {
    const scene = await set(renewed(), [on('billing'), on('ledger', true)], { choice });
    const { value = '' } = scene.world.secrets.read('ledger', 'AWSCURRENT') ?? {};
    scene.world.secrets.put('ledger', value.replace('svc_ledger', 'svc_deleted'), ['AWSCURRENT']);
    expect(await overlapOf(scene, 'one')).toEqual({ outside: ['ledger'], error: null, active: BOTH });
  });
});

it('F7: who was in until then, and is turned away by the successor, takes it back', async () => {
  const scene = await set(renewed(WITHOUT_SEARCH), undefined, { choice: 'last' });
  const seen = await overlapOf(scene, 'one');
  expect(seen).toEqual({ error: 'SuccessorRefused', active: ['cert_acme0'] });
});

it('F7: so it does beside a client that was outside', async () => {
  const clients = [on('billing'), on('search'), on('ledger')];
  const without = 'subject.common_name != "search" && subject.common_name != "ledger"';
  const scene = await set(renewed(without, WITHOUT_SEARCH), clients, { choice: 'last' });
  const seen = await overlapOf(scene, 'one');
  expect(seen).toEqual({ outside: ['search'], error: 'SuccessorRefused', active: ['cert_acme0'] });
});

it('I9: of a successor that was active already nobody can tell whether it was that which turns a client away', async () => {
  const scene = await set(renewed(WITHOUT_SEARCH), undefined, { choice: 'last' });
  const seen = await overlapOf(scene, 'one', { activeBefore: true });
  expect(seen).toMatchObject({ outside: ['search'], error: 'SuccessorRefused' });
});

it('I11, I17: nor does it once another run takes up what that one had begun', async () => {
  const scene = await set(renewed(WITHOUT_SEARCH, WITHOUT_SEARCH));
  await overlapOf(scene, 'one');
  scene.running.delete('one');
  scene.time.now += 3_600;
  const seen = await overlapOf(scene, 'two');
  expect(seen).toEqual({ outside: ['search'], error: null, active: BOTH });
});

it('I9: who says nothing, or is let in by a single host, is not outside', async () => {
  const scene = await set(renewed(WITHOUT_SEARCH, WITHOUT_SEARCH));
  const input = scopeInput('one', await scene.plan('one'));
  const { probe } = scene.ports;
  const looking = (second: typeof probe) => {
    const both: typeof probe = (host, asked) => (host === 'two' ? second : probe)(HOST, asked);
    const ports = { ...scene.ports, probe: both, hosts: ['one', 'two'] };
    return verify(ports, { ...input, moment: 'beforehand' });
  };
  const silent: typeof probe = async () => ({ kind: 'inconclusive', why: 'a timeout' });
  const open: typeof probe = async (host, asked) =>
    asked.certificateChain ? { kind: 'accepted' } : probe(host, asked);
  expect(await looking(probe)).toMatchObject({ outside: ['search'] });
  expect(await looking(silent)).not.toHaveProperty('outside');
  expect(await looking(open)).not.toHaveProperty('outside');
});

it('I13: the trail has who was outside, and whom the overlap was proven without', async () => {
  const scene = await set(renewed(WITHOUT_SEARCH, WITHOUT_SEARCH));
  const { execution } = scopeInput('one', await scene.plan('one'));
  await overlapOf(scene, 'one');
  const lines = await scene.ports.journal.ofExecution(execution);
  const told = lines.flatMap(({ event, detail }) => (detail.outside ? [[event, detail.outside]] : []));
  expect(told).toEqual([
    ['looked', ['search']],
    ['activating', ['search']],
    ['verified', ['search']],
  ]);
});

describe('around the cut', () => {
  /** A scope that was proven without `search` and has soaked. */
  async function proven() {
    const scene = await set(renewed(WITHOUT_SEARCH, WITHOUT_SEARCH));
    await overlapOf(scene, 'one');
    scene.time.now += 2 * DAY;
    const input = { ...scopeInput('one', await scene.plan('one')), begin: { outside: ['search'] } };
    return { scene, input };
  }

  it('I17: it keeps the cut from nobody, nor has it undone', async () => {
    const { scene, input } = await proven();
    const verification = await verify(scene.ports, { ...input, moment: 'beforeCut' });
    expect(verification.outside).toEqual(['search']);
    const deactivation = await deactivate(scene.ports, input);
    expect(await confirm(scene.ports, { ...input, verification, deactivation })).toMatchObject({
      refused: [],
    });
    expect(scene.activeIn('proj_a')).toEqual(['cert_acme1']);
  });

  it('I1, I10: one that gets in by then has to get in after the cut, too', async () => {
    const { scene, input } = await proven();
    const { probe } = scene.ports;
    const open: typeof probe = async (host, asked) =>
      asked.certificateChain ? { kind: 'accepted' } : probe(host, asked);
    const verification = await verify({ ...scene.ports, probe: open }, { ...input, moment: 'beforeCut' });
    expect(verification.outside).toBeUndefined();
    const deactivation = await deactivate(scene.ports, input);
    await expect(confirm(scene.ports, { ...input, verification, deactivation })).rejects.toMatchObject({
      name: 'SuccessorRefused',
      message: expect.stringContaining('search'),
    });
  });
});
