import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, onAcme, SILENT, saying } from '../saying.ts';
import { DAY, HOST, type Scene, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';
import { throughTheOverlap } from '../through-the-overlap.ts';

const OLD: SceneAnchor = { id: 'cert_acme0', expires: 20, in: ['proj_a'] };
const NEXT: SceneAnchor = { id: 'cert_acme1', expires: 300 };
const BOLTS = 'subject.common_name == "bolts"';
const bolt = (filter?: string): SceneAnchor => ({
  ...{ id: 'cert_bolt0', expires: 900, in: ['proj_a'], ...(filter !== undefined && { filter }) },
});
/** A client that keeps its leaf, because bolt has cross-signed acme's anchor. */
const keeping: SceneClient = {
  ...{ name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0', by: 'cert_bolt0' } },
};

/** Runs a project from its plan to the end of its cut, also where it halts. */
async function rotated(set: Scene, { ports = set.ports, policy = {} } = {}) {
  const plan = await set.plan('one', { mode: 'scheduled' }, policy, ports);
  if (plan.waves.length === 0) return { plan, halt: null, seen: null };
  const { input, activation } = await throughTheOverlap(set, plan, ports);
  set.time.now += 7 * DAY;
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, input);
  const seen = await confirm(ports, { ...input, verification, deactivation }).catch((error: Error) => error);
  if (!(seen instanceof Error)) return { plan, halt: null, seen };
  const halt = { Error: seen.name, Cause: seen.message };
  await undo(ports, { ...input, activation, deactivation, halt });
  return { plan, halt, seen: null };
}

const world = async (anchors: SceneAnchor[], clients = [onAcme('billing', 'proj_a'), keeping]) => {
  const set = await scene(anchors, clients);
  expect(await isIn(set, 'search')).toBe('accepted');
  return { set, on: (probe = set.ports.probe) => ({ ...set.ports, hosts: [HOST], probe }) };
};

it('I1, F16: a client that keeps its leaf is seen to get in after the cut, by the anchor that it was left to', async () => {
  const { set, on } = await world([OLD, NEXT, bolt()]);
  const { halt, seen } = await rotated(set, { ports: on() });
  expect([halt, await isIn(set, 'search')]).toEqual([null, 'accepted']);
  // Seven probes: both clients after the cut, each with its control, the old leaf of the moved client, and
  // the kept leaf again.
  expect(seen?.probes).toBe(7);
});

it('I1, I10, F16: where the filter of that anchor refuses it the cut is undone, by name', async () => {
  const { set, on } = await world([OLD, NEXT, bolt(BOLTS)]);
  const { halt } = await rotated(set, { ports: on() });
  expect(halt).toMatchObject({
    Error: 'SuccessorRefused',
    Cause: expect.stringContaining('the leaf that client search keeps was to get in by cert_bolt0'),
  });
  expect([await isIn(set, 'search'), set.activeIn('proj_a')]).toEqual([
    'accepted',
    ['cert_acme0', 'cert_acme1', 'cert_bolt0'],
  ]);
});

it('I17: a client that says nothing before the cut either keeps no cut from standing', async () => {
  const { set, on } = await world([OLD, NEXT, bolt(BOLTS)]);
  const ports = on(saying(set.ports.probe, () => ({ search: SILENT })));
  const { halt } = await rotated(set, { ports });
  expect([halt, set.activeIn('proj_a')]).toEqual([null, ['cert_acme1', 'cert_bolt0']]);
});

it('I1, I9, F16: where it says nothing before the cut nobody knows that it was outside: a refusal after the cut is undone', async () => {
  const { set, on } = await world([OLD, NEXT, bolt(BOLTS)]);
  const told = (): Record<string, typeof SILENT> =>
    set.activeIn('proj_a').includes('cert_acme0') ? { search: SILENT } : {};
  const ports = on(saying(set.ports.probe, told));
  const { halt } = await rotated(set, { ports });
  expect(halt).toMatchObject({ Error: 'SuccessorRefused', Cause: expect.stringContaining('client search') });
  expect(await isIn(set, 'search')).toBe('accepted');
});

it('I17: one that was refused before the cut is judged by nothing that it says afterwards', async () => {
  const { set, on } = await world([OLD, NEXT, bolt(BOLTS)]);
  const out = { kind: 'refused' as const, code: 'certificate_attribute_verification_failed' };
  const { halt } = await rotated(set, { ports: on(saying(set.ports.probe, () => ({ search: out }))) });
  expect([halt, set.activeIn('proj_a')]).toEqual([null, ['cert_acme1', 'cert_bolt0']]);
});

it('F7: a client whose leaf another active anchor has issued itself loses nothing by the cut, and is not asked', async () => {
  const { set, on } = await world(
    [OLD, NEXT, bolt()],
    [onAcme('billing', 'proj_a'), { ...keeping, running: { anchor: 'cert_bolt0', by: 'cert_acme0' } }],
  );
  const { plan, seen } = await rotated(set, { ports: on() });
  expect(plan.waves[0]?.scopes[0]?.relies).toMatchObject([{ client: 'search' }]);
  expect(seen?.probes).toBe(3);
});

it('I1, F16: nor is a client left to a renewal on hold, which it leads to as to what is cut, and which an undo may leave to be asked first', async () => {
  const renewal: SceneAnchor = {
    ...{ id: 'cert_acme1', expires: 25, in: ['proj_a'], renewedFrom: 'cert_acme0' },
    filter: 'subject.common_name == "nobody"',
  };
  const { set, on } = await world(
    [OLD, renewal, { id: 'cert_acme2', expires: 300 }],
    [
      { ...onAcme('billing', 'proj_a'), staged: { anchor: 'cert_acme2' } },
      { name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0' } },
    ],
  );
  const { plan } = await rotated(set, { ports: on(), policy: { hold: ['cert_acme1'] } }).catch(() => ({
    plan: null,
  }));
  expect(plan?.blocked ?? []).toMatchObject([{ anchor: 'cert_acme0', client: 'search' }]);
  expect(await isIn(set, 'search')).toBe('accepted');
});

it('I1, I17: a kept leaf that another succession’s successor is led to by its chain is judged all the same where this run cuts what has issued it', async () => {
  const bolts = (id: string, expires: number): SceneAnchor => ({
    ...{ id, expires, in: ['proj_a'], filter: BOLTS },
  });
  const { set, on } = await world(
    [OLD, NEXT, bolts('cert_bolt0', 20), bolts('cert_bolt1', 300)],
    [
      onAcme('billing', 'proj_a'),
      {
        name: 'bolts',
        project: 'proj_a',
        running: { anchor: 'cert_bolt0' },
        staged: { anchor: 'cert_bolt1' },
      },
      { ...keeping, running: { anchor: 'cert_acme0', by: 'cert_bolt1' } },
    ],
  );
  const { plan, halt } = await rotated(set, { ports: on() });
  expect(plan.waves[0]?.scopes[0]?.checks).toContainEqual(
    expect.objectContaining({ client: 'search', successor: 'cert_bolt1', issuers: ['cert_acme0'] }),
  );
  expect(halt).toMatchObject({ Error: 'SuccessorRefused', Cause: expect.stringContaining('client search') });
  expect(await isIn(set, 'search')).toBe('accepted');
});

it('I10: an undo is proven by a client that keeps its leaf as well', async () => {
  const { set, on } = await world([OLD, NEXT, bolt(BOLTS)]);
  const plan = await set.plan('one', { mode: 'scheduled' }, {}, on());
  const input = scopeInput('one', plan);
  await activate(on(), input);
  const afterUndo = (ports = on()) => verify(ports, { ...input, moment: 'afterUndo' });
  await expect(afterUndo()).resolves.toMatchObject({ scope: 'proj_a' });
  const out = { kind: 'refused' as const, code: 'certificate_attribute_verification_failed' };
  await expect(afterUndo(on(saying(set.ports.probe, () => ({ search: out }))))).rejects.toMatchObject({
    name: 'SuccessorRefused',
  });
});

/**
 * A host that hears of the cut late. It lets search in by the retiring anchor until it has refused another
 * leaf.
 */
function lateHost(set: Scene, probe = set.ports.probe): typeof probe {
  let hasReached = false;
  return async (host, held) => {
    const verdict = await probe(host, held);
    if (held.apiKey !== 'sk-search')
      hasReached ||= verdict.kind === 'refused' && verdict.code === 'certificate_verification_failed';
    const isShut = verdict.kind === 'refused' && held.certificateChain !== undefined;
    return held.apiKey === 'sk-search' && isShut && !hasReached ? { kind: 'accepted' } : verdict;
  };
}

it('I1, I10: what a host says of a kept leaf counts once the cut has reached it', async () => {
  const { set, on } = await world([OLD, NEXT, bolt(BOLTS)]);
  const { halt } = await rotated(set, { ports: on(lateHost(set)) });
  expect(halt).toMatchObject({ Error: 'SuccessorRefused' });
  expect(await isIn(set, 'search')).toBe('accepted');
});
