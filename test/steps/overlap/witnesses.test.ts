import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Probe } from '../../../lambdas/adapters/hosts/probe.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { wireWith } from '../../../simulation/in-process/wire.ts';
import { SILENT } from '../saying.ts';
import { failing, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

const FILTER = 'subject.common_name == "billing"';
const filtered = (successor?: string): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: FILTER },
  { id: 'cert_acme1', expires: 300, ...(successor !== undefined && { filter: successor }) },
];
const billing: SceneClient = {
  name: 'billing',
  project: 'proj_a',
  running: { anchor: 'cert_acme0' },
  staged: { anchor: 'cert_acme1' },
};
const intruder = (anchor = 'cert_acme1', project = 'proj_a'): SceneClient => ({
  ...{ name: 'intruder', project, running: { anchor } },
});
const EMERGENCY = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
const named = (name: string) => expect.objectContaining({ name });
const holdsIn = ({ waves }: Plan) =>
  waves.flatMap(({ scopes }) =>
    scopes.flatMap(({ scope, successions }) => successions.flatMap(({ held }) => (held ? scope : []))),
  );

/** A successor that is active beside its predecessor, with one witness. */
async function overlapping(successor?: string, witness = intruder(), request?: typeof EMERGENCY) {
  const set = await scene(filtered(successor), [billing], { witnesses: [witness] });
  const input = scopeInput('one', await set.plan('one', request));
  const activation = await activate(set.ports, input);
  return { ...set, input, activation, overlap: { ...input, moment: 'overlap' as const } };
}

describe('a witness that must stay out (F16)', () => {
  it("is shown to be refused by the successor's filter, in the overlap and before the cut", async () => {
    const { ports, overlap, stage, entries } = await overlapping(FILTER);
    expect(await verify(ports, overlap)).toMatchObject({ probes: 3 });
    await stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1' });
    expect(await verify(ports, { ...overlap, moment: 'beforeCut' })).toMatchObject({ probes: 3 });
    expect(entries().filter(({ event }) => event === 'verified')).toHaveLength(2);
  });

  it('halts as TrustWidened where it gets in, at either moment, and whatever the clients come to', async () => {
    const { ports, overlap, stage } = await overlapping();
    await expect(verify(ports, overlap)).rejects.toMatchObject({
      name: 'TrustWidened',
      message: expect.stringContaining('give cert_acme1 the filter of the anchor that it replaces'),
    });
    await stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1' });
    await expect(verify(ports, { ...overlap, moment: 'beforeCut' })).rejects.toEqual(named('TrustWidened'));
    const wrong = await overlapping('subject.common_name == "intruder"');
    await expect(verify(wrong.ports, wrong.overlap)).rejects.toEqual(named('TrustWidened'));
  });

  it('proves nothing where no path leads to an active anchor, or where a host does not say (I9)', async () => {
    const { ports, overlap, stage, portsWith, chainDigest } = await overlapping(FILTER);
    const leaf = await chainDigest('intruder', { anchor: 'cert_acme1' });
    const silent = portsWith({
      wire: failing(({ op, about }) => op === 'probe' && about?.includes(leaf) === true),
    });
    await expect(verify(silent, overlap)).rejects.toEqual(named('ProbeInconclusive'));
    await stage('intruder', 'AWSCURRENT', { anchor: 'cert_acme0' });
    await expect(verify(ports, overlap)).rejects.toMatchObject({
      name: 'LeafChanged',
      message: expect.stringContaining('no leaf of successor cert_acme1 is in intruder any more'),
    });
    // No host is asked about a leaf that only names the successor's key.
    await stage('intruder', 'AWSCURRENT', { anchor: 'cert_acme1', flaw: 'forged' });
    await expect(verify(ports, overlap)).rejects.toMatchObject({
      name: 'LeafChanged',
      message: expect.stringContaining('no leaf of successor cert_acme1'),
    });
  });

  it('is not called let in where everybody is', async () => {
    const { ports, overlap, world } = await overlapping();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0', 'cert_acme1']);
    await expect(verify(ports, overlap)).rejects.toEqual(named('NotEnforced'));
  });

  it('of the old generation is a missing one: the cut waits for it by name, and nothing else does', async () => {
    const set = await scene(filtered(FILTER), [billing], { witnesses: [intruder('cert_acme0')] });
    const plan = await set.plan('one');
    expect(holdsIn(plan)).toEqual(['proj_a']);
    expect(plan.promotions).toHaveLength(1);
    expect(plan.blocked).toMatchObject([{ anchor: 'cert_acme0', scopes: ['proj_a'], witness: 'intruder' }]);
    expect(plan.blocked[0]?.reason).toMatch(
      /keeps witness intruder out.*Put a leaf that chains to cert_acme1.*at AWSCURRENT or AWSPENDING of intruder/,
    );
  });

  it.each([
    ['cannot be read', intruder()],
    ['is in a project that does not exist', intruder('cert_acme1', 'proj_gone')],
  ])('that %s blocks its own project and the organization, and no neighbour (I17)', async (what, witness) => {
    const anchors: SceneAnchor[] = [
      { id: 'cert_acme0', expires: 20, in: ['organization', 'proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ];
    const search = { ...billing, name: 'search', project: 'proj_b' };
    const set = await scene(anchors, [billing, search], { witnesses: [witness] });
    if (what === 'cannot be read') set.world.broken.add('garbled intruder');
    const plan = await set.plan('one');
    expect(holdsIn(plan).sort()).toEqual(
      what === 'cannot be read' ? ['organization', 'proj_a'] : ['organization'],
    );
    expect(plan.blocked[0]?.witness).toBe('intruder');
  });

  it('of another authority concerns nobody', async () => {
    const anchors = [...filtered(FILTER), { id: 'cert_globex0', expires: 300, in: ['proj_a'] }];
    const set = await scene(anchors, [billing], { witnesses: [intruder('cert_globex0')] });
    const plan = await set.plan('one');
    expect(plan.blocked).toEqual([]);
    expect(scopeInput('one', plan).plan.witnesses).toBeUndefined();
  });

  it('is not asked of the hosts by the listing alone, and the plan says that filters are unseen', async () => {
    const set = await scene(filtered(), [billing], { witnesses: [intruder()] });
    const plan = await set.plan('one', { mode: 'scheduled' }, { evidence: 'listing' });
    expect(plan.warnings).toEqual([expect.stringMatching(/filters are unseen.*nobody looks at intruder/)]);
    expect(plan.blocked).toEqual([]);
  });

  describe('in an emergency', () => {
    it('that is missing, or proves nothing, holds up nothing, and is told', async () => {
      const missing = await scene(filtered(FILTER), [billing], { witnesses: [intruder('cert_acme0')] });
      expect(holdsIn(await missing.plan('one', EMERGENCY))).toEqual([]);
      const set = await overlapping(FILTER, intruder(), EMERGENCY);
      set.world.broken.add('missing intruder');
      expect(await verify(set.ports, set.overlap)).toMatchObject({ probes: 2 });
      expect(set.entries().at(-1)?.detail).toMatchObject({ unwitnessed: ['intruder'] });
    });

    it('halts it where it gets in', async () => {
      const set = await overlapping(undefined, intruder(), EMERGENCY);
      await expect(verify(set.ports, set.overlap)).rejects.toEqual(named('TrustWidened'));
    });

    /** A probe that gets no answer for the witness without its certificate. */
    const silentControl =
      (probe: Probe): Probe =>
      async (host, held) =>
        held.apiKey === 'sk-intruder' && !held.certificateChain ? SILENT : probe(host, held);

    it.each(['overlap', 'beforeCut'] as const)(
      'halts it where it gets in, and only a client beside it is seen to be asked for a certificate (%s)',
      async (moment) => {
        const { ports, overlap, stage } = await overlapping(undefined, intruder(), EMERGENCY);
        if (moment === 'beforeCut') await stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1' });
        const silent = { ...ports, probe: silentControl(ports.probe) };
        await expect(verify(silent, { ...overlap, moment })).rejects.toEqual(named('TrustWidened'));
      },
    );

    it('holds up nothing where nobody beside it is seen to be asked for one', async () => {
      const elsewhere = { ...billing, name: 'search', project: 'proj_b' };
      const anchors = filtered().map((one) => (one.in ? { ...one, in: ['organization', 'proj_a'] } : one));
      const set = await scene(anchors, [elsewhere], { witnesses: [intruder()] });
      const input = scopeInput('one', await set.plan('one', EMERGENCY), 'organization');
      await activate(set.ports, input);
      const silent = { ...set.ports, probe: silentControl(set.ports.probe) };
      await verify(silent, { ...input, moment: 'overlap' });
      expect(set.entries().at(-1)?.detail).toMatchObject({ unwitnessed: ['intruder'] });
    });
  });
});

describe('a renewal with the same key and without the filter, whose leaves what is cut has judged until then (F16)', () => {
  const KEPT: SceneAnchor = { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: FILTER };
  /** A cut that is to be confirmed, in favour of a renewal with this filter. */
  async function cutWith(filter?: string) {
    const renewed = { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...(filter && { filter }) };
    const set = await scene([KEPT, renewed], [billing], { witnesses: [intruder()] });
    const input = scopeInput('one', await set.plan('one'));
    const activation = await activate(set.ports, input);
    await verify(set.ports, { ...input, moment: 'overlap' });
    const promotion = await promoteScope(set.ports, { ...input, plan: { ...input.plan, promotions: [] } });
    await set.stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1' });
    await verify(set.ports, { ...input, moment: 'beforeCut' });
    const deactivation = await deactivate(set.ports, input);
    return { ...set, input: { ...input, activation, promotion, deactivation } };
  }

  it('is seen after the cut, undone, taken back, and tried again by no sweep', async () => {
    const { ports, input, activeIn, plan } = await cutWith();
    await expect(confirm(ports, input)).rejects.toEqual(named('TrustWidened'));
    const halted = { ...input, halt: { Error: 'TrustWidened', Cause: 'it gets in' } };
    expect(await undo(ports, halted)).toMatchObject({
      reactivated: ['cert_acme0'],
      takenBack: ['cert_acme1'],
    });
    expect(await undo(ports, halted)).toMatchObject({ takenBack: ['cert_acme1'] });
    expect(activeIn('proj_a')).toEqual(['cert_acme0']);
    await ports.leases.release('one');
    expect((await plan('two')).decision).toBe('blocked');
  });

  it('is confirmed where it has the filter, with the witness among the calls', async () => {
    const { ports, input } = await cutWith(FILTER);
    // One look and two more: no old leaf shows that the cut has reached the host.
    expect(await confirm(ports, input)).toMatchObject({ probes: 3 * 3 });
  });

  it('of which nobody can say what its witness meets is no pass (I9)', async () => {
    const { ports, input, world } = await cutWith(FILTER);
    world.broken.add('missing intruder');
    await expect(confirm(ports, input)).rejects.toThrow(/intruder/);
  });
});

describe('a successor that lets a witness in', () => {
  const halt = { Error: 'TrustWidened', Cause: 'it gets in' };

  it('is taken back where this run has activated it, once, and the halt says so', async () => {
    const { ports, input, activation, activeIn } = await overlapping();
    const halted = { ...input, activation, halt };
    expect(await undo(ports, halted)).toMatchObject({
      takenBack: ['cert_acme1'],
      also: '; cert_acme1 was deactivated in proj_a again',
    });
    expect(activeIn('proj_a')).toEqual(['cert_acme0']);
    expect(await undo(ports, halted)).toMatchObject({ takenBack: ['cert_acme1'] });
  });

  it('is not tried again by a sweep, which nobody asked, until a person starts a run (I16 goes before it)', async () => {
    const set = await overlapping();
    await undo(set.ports, { ...set.input, activation: set.activation, halt });
    await set.ports.leases.release('one');
    const swept = await set.plan('two');
    expect(swept).toMatchObject({ decision: 'blocked', waves: [] });
    expect(swept.blocked[0]).toMatchObject({
      anchor: 'cert_acme0',
      reason: expect.stringMatching(
        /cert_acme1 .* taken back on .* Repair its filter, .* then start a run with --manual/,
      ),
    });
    await set.ports.leases.release('two');
    expect((await set.plan('three', { mode: 'manual' })).decision).toBe('rotate');
    await set.ports.leases.release('three');
    // A person has asked for this pair, so sweeps go on with what that run leaves.
    expect((await set.plan('four')).decision).toBe('rotate');
    const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
    const at = set.input.execution.startedAt;
    await set.ports.journal.rememberBegun([{ ...pair, begunAt: at, takenBackAt: at }]);
    await set.ports.leases.release('four');
    expect((await set.plan('five', EMERGENCY)).decision).toBe('rotate');
  });

  it('is not called taken back where somebody else has deactivated it: the next run looks again', async () => {
    const { ports, world, input, activation } = await overlapping();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    expect((await undo(ports, { ...input, activation, halt })).takenBack).toBeUndefined();
    expect(await ports.journal.begun()).not.toContainEqual(
      expect.objectContaining({ takenBackAt: expect.anything() }),
    );
  });

  it('is not called taken back by an undo that has lost its lease: the next run looks again', async () => {
    const set = await overlapping();
    await set.ports.leases.take({ execution: 'urgent', mode: 'emergency' });
    await expect(undo(set.ports, { ...set.input, activation: set.activation, halt })).rejects.toEqual(
      named('Superseded'),
    );
    expect(set.activeIn('proj_a')).toContain('cert_acme1');
    expect(await set.ports.journal.begun()).not.toContainEqual(
      expect.objectContaining({ takenBackAt: expect.anything() }),
    );
  });

  it('goes on by itself once a person has made it active wherever it is to replace something', async () => {
    const set = await overlapping();
    await undo(set.ports, { ...set.input, activation: set.activation, halt });
    await set.ports.leases.release('one');
    set.world.organization.toggle('proj_a', 'activate', ['cert_acme1'], 'outsider');
    expect((await set.plan('two')).decision).toBe('rotate');
  });

  it('is taken back though the answer to its activation was lost', async () => {
    const set = await scene(filtered(), [billing], { witnesses: [intruder()] });
    const input = scopeInput('one', await set.plan('one'));
    const losing = set.portsWith({ wire: wireWith('lost-reply', ({ op }) => op === 'activate') });
    await expect(activate(losing, input)).rejects.toThrow();
    const activation = await activate(set.ports, input);
    expect(activation.activated).toEqual([]);
    expect(await undo(set.ports, { ...input, activation, halt })).toMatchObject({
      takenBack: ['cert_acme1'],
    });
  });

  it.each<[string, (set: Awaited<ReturnType<typeof overlapping>>) => unknown, string]>([
    ['somebody else has activated it', () => {}, ''],
    [
      'a client runs on it',
      ({ stage }) => stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1' }),
      'clients run on it, or may',
    ],
    [
      'nobody can tell what its client runs on',
      ({ world }) => world.broken.add('garbled billing'),
      'clients run on it, or may',
    ],
    [
      'nothing else is usable (I2)',
      ({ world }) => world.organization.toggle('proj_a', 'deactivate', ['cert_acme0']),
      'nothing else that is usable is active there',
    ],
  ])('stays where %s', async (what, change, why) => {
    const set = await overlapping();
    await change(set);
    const isOurs = !what.startsWith('somebody else');
    if (!isOurs) for (const kept of ['rotation', 'audit']) set.world.table.get(kept)?.clear();
    const activation = isOurs
      ? set.activation
      : { ...set.activation, activated: [], alreadyActive: ['cert_acme1'] };
    const done = await undo(set.ports, { ...set.input, activation, halt });
    expect(done.takenBack).toBeUndefined();
    expect(done.also).toBe(why && `; left active in proj_a: cert_acme1 (${why})`);
    expect(set.activeIn('proj_a')).toContain('cert_acme1');
  });

  it('stays where a client gets in by it alone, since it has the key of what has expired', async () => {
    const anchors: SceneAnchor[] = [
      { id: 'cert_acme0', expires: -1, in: ['proj_a'], filter: FILTER },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
      { id: 'cert_keel0', expires: 300, in: ['proj_a'] },
    ];
    const set = await scene(anchors, [billing], { witnesses: [intruder()] });
    const input = scopeInput('one', await set.plan('one'));
    const activation = await activate(set.ports, input);
    expect((await undo(set.ports, { ...input, activation, halt })).also).toContain(
      'clients run on it, or may',
    );
    expect(set.activeIn('proj_a')).toContain('cert_acme1');
  });

  it('stays after another halt, on hold, and once clients have been promoted', async () => {
    const { ports, portsWith, input, activation, activeIn } = await overlapping();
    const halted = { ...input, activation, halt };
    await undo(ports, { ...halted, halt: { ...halt, Error: 'SuccessorRefused' } });
    await undo(portsWith({ hold: ['cert_acme1'] }), halted);
    const promotion = await promoteScope(ports, { ...input, plan: { ...input.plan, promotions: [] } });
    await undo(ports, { ...halted, promotion });
    const { activation: _, ...afterTheSoak } = halted;
    await undo(ports, afterTheSoak);
    expect(activeIn('proj_a')).toContain('cert_acme1');
  });
});
