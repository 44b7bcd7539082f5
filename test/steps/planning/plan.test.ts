import { describe, expect, it } from 'vitest';
import { rememberNamed } from '../../../lambdas/adapters/table/named/remember-named.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { release } from '../../../lambdas/release.ts';
import { WireFailure } from '../../../simulation/in-process/wire.ts';
import { DAY, failing, NOW, run, scene } from '../scene.ts';

const named = (name: string) => expect.objectContaining({ name });
const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const cutOf = (scope: string) => ({
  ...{ scope, retiring: 'cert_acme0', successor: 'cert_acme1', compromised: false },
  cutAt: new Date((NOW - DAY) * 1000).toISOString(),
});

describe('plan', () => {
  it('takes the lease, and writes down what was decided', async () => {
    const { plan, world, entries } = await scene();
    const planned = await plan('one');
    expect(planned).toMatchObject({ decision: 'rotate', lease: { token: 1 } });
    expect(world.table.get('lease')?.get('lease')).toMatchObject({ holder: 'one', released: false });
    expect(entries()).toMatchObject([{ execution: 'one', event: 'planned' }]);
    expect(world.organization.changes.filter(({ by }) => by === 'windlass')).toEqual([]);
  });

  it('writes no key down that somebody quoted as the reason (I14)', async () => {
    const { plan, entries, journal } = await scene();
    await plan('one', { ...emergency, reason: 'sk-admin-leaked0123 is out' });
    await expect(plan('two', { ...emergency, reason: 'sk-admin-leaked0123 too' })).rejects.toEqual(
      named('Busy'),
    );
    expect(JSON.stringify([entries(), await journal.compromised()])).not.toContain('sk-admin-leaked');
    const told = (event: string, reason: string) => ({ event, detail: { request: { reason } } });
    expect(entries()).toMatchObject([
      told('named', '[key] is out'),
      told('planned', '[key] is out'),
      told('named', '[key] too'),
      told('busy', '[key] too'),
    ]);
  });

  it('keeps its lease when it is run again', async () => {
    const { plan } = await scene();
    expect((await plan('one')).lease).toEqual((await plan('one')).lease);
  });

  it('is busy, and green, for a sweep that meets a live rotation, and changes nothing (I12)', async () => {
    const { plan, world } = await scene();
    await plan('one');
    expect(await plan('two')).toMatchObject({ decision: 'busy', waves: [] });
    expect(world.table.get('lease')?.get('lease')).toMatchObject({ holder: 'one' });
  });

  it('is red for what a person asked for and did not get (I13)', async () => {
    const { plan } = await scene();
    await plan('one');
    await expect(plan('two', { mode: 'manual' })).rejects.toEqual(named('Busy'));
    await plan('three', emergency);
    await expect(plan('four', emergency)).rejects.toEqual(named('Busy'));
  });

  it('takes over from a rotation that has ended, and at once for an emergency', async () => {
    const { plan, running } = await scene();
    await plan('one');
    running.delete('one');
    expect(await plan('two')).toMatchObject({ decision: 'rotate', lease: { token: 2 } });
    expect(await plan('three', emergency)).toMatchObject({ mode: 'emergency', lease: { token: 3 } });
  });

  it('does not take over for an emergency of which no anchor is there (I17)', async () => {
    const { plan, world, journal } = await scene();
    await plan('one');
    const mistyped = { ...emergency, anchors: ['cert_nope', 'cert_none'] };
    await expect(plan('fire', mistyped)).rejects.toEqual(named('UnknownAnchor'));
    expect(world.table.get('lease')?.get('lease')).toMatchObject({ holder: 'one' });
    expect(await journal.compromised()).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['an anchor beside one that is', { anchors: ['cert_acme0', 'cert_nope'] }, 'UnknownAnchor'],
    ['a client', { leaveBehind: ['nobody'] }, 'InvalidRequest'],
    ['a project', { onListing: ['proj_nope'] }, 'UnknownProject'],
  ])(
    'takes over where an emergency names %s that is not there: another run comes for the key (I16)',
    async (_, wrong, name) => {
      const { plan, world, ports, time, journal } = await scene();
      await plan('one');
      const request = { ...emergency, ...wrong };
      await expect(plan('fire', request)).rejects.toEqual(named(name));
      expect(world.table.get('lease')?.get('lease')).toMatchObject({ holder: 'fire' });
      expect((await journal.compromised()).map(({ anchorId }) => anchorId)).toEqual(['cert_acme0']);
      const execution = { id: 'fire', startedAt: new Date(time.now * 1000).toISOString() };
      await release(ports, { execution, request, halt: { Error: name, Cause: '' } });
      expect(Object.values(world.schedules.times())).toEqual([expect.any(String)]);
    },
  );

  it('takes over where nobody can tell whether what it names is there, and forgets nothing (I16, I15)', async () => {
    const { plan, portsWith, world, journal } = await scene();
    await plan('one');
    const mute = portsWith({ wire: failing(({ op }) => op === 'list') });
    await plan('fire', { ...emergency, anchors: ['cert_nope'] }, {}, mute).catch(() => {});
    expect(world.table.get('lease')?.get('lease')).toMatchObject({ holder: 'fire' });
    expect((await journal.compromised()).map(({ anchorId }) => anchorId)).toEqual(['cert_nope']);
  });

  it('forgets nothing that somebody has begun who took over while it planned (I12)', async () => {
    const { plan, portsWith, journal, leases } = await scene();
    await journal.rememberCuts([cutOf('proj_a')]);
    const overtaken = portsWith({
      wire: async (call, act) => {
        if (call.op === 'projects') await leases.take({ execution: 'fire', mode: 'emergency' });
        return act();
      },
    });
    await expect(plan('one', undefined, {}, overtaken)).rejects.toEqual(named('Superseded'));
    expect(await journal.cuts()).toHaveLength(1);
  });

  it('remembers when it first began a succession, until it is proven or over', async () => {
    const { plan, journal, running, time, world } = await scene();
    const first = await plan('one');
    running.delete('one');
    time.now += DAY;
    await plan('two');
    const begun = [{ retiring: 'cert_acme0', successor: 'cert_acme1', begunAt: first.plannedAt }];
    expect(await journal.begun()).toEqual(begun);
    running.delete('two');
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    await plan('three');
    expect(await journal.begun()).toEqual([]);
  });

  it('does not take over while nobody can say whether the holder runs (I9)', async () => {
    const { plan, portsWith } = await scene();
    await plan('one');
    const unsure = portsWith({
      wire: async (call, act) => {
        if (call.op === 'executions') throw new WireFailure('503');
        return act();
      },
    });
    const asking = { execution: 'two', mode: 'scheduled' as const };
    await expect(unsure.leases.take(asking)).rejects.toEqual(named('LeaseUnavailable'));
  });

  it('never forgets a compromise: the next sweep rotates what an emergency had to leave', async () => {
    const { plan, running, stage } = await scene(
      [
        { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
    );
    expect(await plan('one', emergency)).toMatchObject({ decision: 'blocked' });
    running.delete('one');
    await stage('billing', 'AWSPENDING', { anchor: 'cert_acme1' });
    expect(await plan('two')).toMatchObject({
      decision: 'rotate',
      soakSeconds: 0,
      waves: [{ scopes: [{ successions: [{ retiring: 'cert_acme0', compromised: true }] }] }],
    });
  });

  it('takes up a cut that nobody has confirmed, and forgets one that somebody has overtaken', async () => {
    const { plan, journal } = await scene([
      { id: 'cert_acme0', expires: 20, in: ['proj_b'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a', 'proj_b'] },
    ]);
    await journal.rememberCuts([cutOf('proj_a'), cutOf('proj_b')]);
    const planned = await plan('one');
    expect(planned.successions).toMatchObject([{ retiring: 'cert_acme0', resumed: true }]);
    expect(planned.waves.flatMap(({ scopes }) => scopes.map(({ scope }) => scope))).toEqual(['proj_a']);
    expect(await journal.cuts()).toMatchObject([{ scope: 'proj_a' }]);
  });

  it('keeps a cut in mind while its call may still be on its way', async () => {
    const { plan, journal, running, time } = await scene([
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    ]);
    await journal.rememberCuts([{ ...cutOf('proj_a'), cutAt: new Date((NOW - 300) * 1000).toISOString() }]);
    await plan('one');
    expect(await journal.cuts()).toHaveLength(1);
    running.delete('one');
    time.now += 3_600;
    await plan('two');
    expect(await journal.cuts()).toEqual([]);
  });

  it('is not held up by a cut that no client can confirm any more: that is blocked, and remembered', async () => {
    const { plan, journal } = await scene(
      [
        { id: 'cert_acme0', expires: 20 },
        { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
        { id: 'cert_globex0', expires: 20, in: ['proj_b'] },
        { id: 'cert_globex1', expires: 300 },
      ],
      [
        { name: 'billing', project: 'proj_a', running: { anchor: 'cert_globex1' } },
        {
          name: 'search',
          project: 'proj_b',
          running: { anchor: 'cert_globex0' },
          staged: { anchor: 'cert_globex1' },
        },
      ],
    );
    await journal.rememberCuts([cutOf('proj_a')]);
    const planned = await plan('one');
    expect(planned).toMatchObject({
      decision: 'rotate',
      successions: [{ retiring: 'cert_globex0' }],
      blocked: [{ anchor: 'cert_acme0', reason: expect.stringContaining('proj_a') }],
    });
    expect(await journal.cuts()).toHaveLength(1);
  });

  it('names a cut that an emergency leaves unconfirmed, since clients may be outside by it (I10, I13)', async () => {
    const { plan, journal } = await scene(
      [
        { id: 'cert_acme0', expires: 20 },
        { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
        { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
        { id: 'cert_globex1', expires: 300 },
      ],
      [
        {
          ...{ name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
          staged: { anchor: 'cert_globex1' },
        },
      ],
    );
    await journal.rememberCuts([cutOf('proj_a')]);
    const { warnings } = await plan('one', { ...emergency, anchors: ['cert_globex0'] });
    expect(warnings?.join()).toContain(
      'an earlier run has cut cert_acme0 in proj_a, and nobody has confirmed that: clients may be outside by it. An emergency leaves it to the run that comes within minutes after it',
    );
    expect(await journal.cuts()).toHaveLength(1);
  });

  it('takes up a cut that no client can confirm where its only client is back on what was cut (I10)', async () => {
    const { plan, journal } = await scene(
      [
        { id: 'cert_acme0', expires: 20 },
        { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      ],
      [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
    );
    await journal.rememberCuts([cutOf('proj_a')]);
    expect(await plan('one')).toMatchObject({
      decision: 'rotate',
      successions: [{ retiring: 'cert_acme0', resumed: true }],
      blocked: [],
    });
  });

  it('forgets a soak whose retiring anchor is active nowhere any more, and no other', async () => {
    const { plan, journal } = await scene([
      { id: 'cert_acme0', expires: 20 },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      { id: 'cert_globex0', expires: 20, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
    ]);
    const soak = {
      provenAt: new Date(NOW * 1000).toISOString(),
      soakUntil: new Date(NOW * 1000).toISOString(),
    };
    await journal.rememberSoaks([
      { retiring: 'cert_acme0', successor: 'cert_acme1', ...soak },
      { retiring: 'cert_globex0', successor: 'cert_globex1', ...soak },
    ]);
    await plan('one', undefined, { evidence: 'listing' });
    expect(await journal.soaks()).toMatchObject([{ retiring: 'cert_globex0' }]);
  });

  it('blocks by name a cut that nobody can prove, and stops nothing else', async () => {
    const { plan } = await scene(undefined, []);
    expect(await plan('one')).toMatchObject({
      decision: 'blocked',
      blocked: [{ anchor: 'cert_acme0', scopes: ['proj_a'], reason: expect.stringContaining('can prove') }],
    });
    expect(await plan('one', { mode: 'manual' }, { evidence: 'listing' })).toMatchObject({
      decision: 'rotate',
    });
  });

  it('refuses names that the organization does not have, and remembers no compromise of them', async () => {
    const { plan, journal } = await scene();
    const unknown = { ...emergency, anchors: ['cert_typo'] };
    await expect(plan('one', unknown)).rejects.toEqual(named('UnknownAnchor'));
    expect(await journal.compromised()).toEqual([]);
  });

  it('never forgets the key of an upload that was deleted since, though an emergency names it again (I15)', async () => {
    const { plan, journal, world, running } = await scene();
    await plan('one', emergency);
    running.delete('one');
    const known = await journal.compromised();
    expect(known).toMatchObject([{ anchorId: 'cert_acme0', keyDigest: expect.any(String) }]);
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0']);
    world.organization.remove('cert_acme0');
    await expect(plan('two', emergency)).rejects.toEqual(named('UnknownAnchor'));
    expect(await journal.compromised()).toMatchObject(known);
  });

  it('asks for the certificate of a compromised anchor until its key is known, and no longer (I15, I17)', async () => {
    const { plan, ports, running } = await scene();
    const content = async (id: string) => {
      if (id === 'cert_acme0') throw new WindlassError('UnreadableAnswer', `${id} has no content`);
      return ports.certificates.content(id);
    };
    const garbled = {
      ...ports,
      certificates: { ...ports.certificates, content },
      hasty: { ...ports.hasty, content },
    };
    const [waits] = (await plan('one', emergency, {}, garbled)).blocked;
    expect(waits).toMatchObject({ anchor: 'cert_acme0', reason: expect.stringContaining('cannot be read') });
    running.delete('one');
    await plan('two', emergency);
    running.delete('two');
    expect(await plan('three', { mode: 'scheduled' }, {}, garbled)).toMatchObject({
      successions: [{ retiring: 'cert_acme0', successor: 'cert_acme1' }],
    });
  });

  it('writes the key of what is compromised down as soon as it has read it, though no plan comes of it (I15)', async () => {
    const known = [{ anchorId: 'cert_acme0', keyDigest: expect.any(String) }];
    const named = await scene();
    const mute = named.portsWith({ wire: failing(({ op }) => op === 'list') });
    await expect(named.plan('fire', emergency, {}, mute)).rejects.toThrow();
    expect(await named.journal.compromised()).toMatchObject(known);

    const { plan, ports, journal } = await scene();
    await journal.rememberCompromised([{ anchorId: 'cert_acme0' }]);
    const isKnown = async () => (await journal.compromised()).every(({ keyDigest }) => keyDigest);
    const content = async (id: string) => {
      if (id === 'cert_acme0') return ports.certificates.content(id);
      // The answer for the compromised anchor has had time to be written down.
      for (let looks = 0; looks < 20 && !(await isKnown()); looks++);
      throw new WindlassError('ApiUnavailable', `no answer for ${id}`);
    };
    const half = { ...ports, certificates: { ...ports.certificates, content } };
    await expect(plan('sweep', { mode: 'scheduled' }, {}, half)).rejects.toThrow('no answer for cert_acme1');
    expect(await journal.compromised()).toMatchObject(known);
  });

  it('asks again for a project that cannot be listed, and then leaves that one alone, by name (I9, I17)', async () => {
    const acme0 = { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] };
    const on = (name: string, project: string) => ({
      ...{ name, project, running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
    });
    const clients = [on('billing', 'proj_a'), on('search', 'proj_b')];
    const { plan, portsWith, time, running, journal } = await scene(
      [acme0, { id: 'cert_acme1', expires: 300 }, { id: 'cert_keel0', expires: 300 }],
      clients,
    );
    const silent = (scopes: string[]) =>
      portsWith({ wire: failing(({ op, scope }) => op === 'list' && scopes.includes(scope ?? '')) });
    const startedAt = time.now;
    const early = plan('one', { mode: 'scheduled' }, {}, silent(['proj_b']));
    await expect(early).rejects.toEqual(named('ApiUnavailable'));
    const later = { ...silent(['proj_b']), clock: () => startedAt + 1_201 };
    const late = await plan('one', { mode: 'scheduled' }, {}, later);
    const { decision, waves, blocked, isRed, nextRotationAt } = late;
    expect([decision, isRed]).toEqual(['rotate', true]);
    expect(waves.flatMap(({ scopes }) => scopes.map(({ scope }) => scope))).toEqual(['proj_a']);
    expect(blocked).toMatchObject([{ anchor: 'cert_acme0', scopes: ['proj_b'] }]);
    expect(await journal.begun()).toHaveLength(1);
    // An anchor that is due later may be active in the unlisted project alone (rule 6).
    expect(nextRotationAt).toBe(new Date((startedAt + 270 * DAY) * 1000).toISOString());
    running.delete('one');
    // A compromised anchor may be active in the unlisted project alone (I9, I15).
    await journal.rememberCompromised([{ anchorId: 'cert_keel0' }]);
    const hiding = await plan('one', { mode: 'scheduled' }, {}, later);
    expect(hiding).toMatchObject({ decision: 'rotate', isRed: true, isPressing: true });
    expect(hiding.blocked).toContainEqual(
      expect.objectContaining({ anchor: 'cert_keel0', scopes: ['proj_b'] }),
    );
    await journal.forgetCompromised(['cert_keel0']);
    running.delete('one');
    // Where no project answers, the API is down.
    const outage = { ...silent(['proj_a', 'proj_b']), clock: () => startedAt + 1_201 };
    await expect(plan('two', { mode: 'scheduled' }, {}, outage)).rejects.toEqual(named('ApiUnavailable'));
  });

  it('keeps only the organization waiting for a client whose project does not exist, and only where it runs on what is cut (I1, I17)', async () => {
    const anchors = [
      { id: 'cert_acme0', expires: 20, in: ['organization', 'proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 20, in: ['organization'] },
      { id: 'cert_keel1', expires: 300 },
    ];
    const [running, staged] = [{ anchor: 'cert_acme0' }, { anchor: 'cert_acme1' }];
    const keel = { running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } };
    const { plan } = await scene(anchors, [
      { name: 'billing', project: 'proj_a', running, staged },
      { name: 'search', project: 'proj_a', ...keel },
      { name: 'former', project: 'proj_misspelt', running, staged },
    ]);
    const { blocked, waves, warnings } = await plan('one');
    expect(blocked).toMatchObject([{ anchor: 'cert_acme0', client: 'former', scopes: ['organization'] }]);
    expect(blocked[0]?.reason).toContain('names project proj_misspelt, which does not exist or is archived');
    expect(warnings?.[0]).toContain('clients.former.project: proj_misspelt');
    const shares = waves.flatMap(({ scopes }) => scopes);
    const held = shares.flatMap(({ scope, successions }) =>
      successions.flatMap((one) => (one.held ? [`${one.retiring} in ${scope}`] : [])),
    );
    expect(held).toEqual(['cert_acme0 in organization']);
    expect(shares.flatMap(({ checks }) => checks.map(({ client }) => client))).not.toContain('former');
  });

  it('honours in every retry what the emergency was allowed: who may be left behind, and where the listing is enough (I6)', async () => {
    const anchors = [
      { id: 'cert_acme0', expires: 200, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ];
    const running = { anchor: 'cert_acme0' };
    const { plan, running: alive } = await scene(anchors, [{ name: 'billing', project: 'proj_a', running }]);
    const refused = await plan('one', emergency);
    expect(refused.decision).toBe('blocked');
    alive.delete('one');
    const allowed = { leaveBehind: ['billing'], onListing: 'all' as const };
    const cuts = ({ waves }: Plan) =>
      waves.flatMap(({ scopes }) =>
        scopes.filter(({ successions }) => successions.some(({ held }) => !held)),
      );
    expect(cuts(await plan('two', { ...emergency, ...allowed }))).toHaveLength(2);
    alive.delete('two');
    expect(cuts(await plan('three', { mode: 'scheduled' }))).toHaveLength(2);
  });

  it('keeps what an earlier emergency on the same anchor was allowed beside what another is (I6)', async () => {
    const anchors = [
      { id: 'cert_acme0', expires: 200, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ];
    const { plan, running: alive, journal } = await scene(anchors);
    await plan('one', { ...emergency, leaveBehind: ['billing'], onListing: ['proj_a'] });
    alive.delete('one');
    await plan('two', { ...emergency, onListing: ['proj_b'] });
    alive.delete('two');
    const [known] = await journal.compromised();
    expect(known).toMatchObject({ leaveBehind: ['billing'], onListing: ['proj_a', 'proj_b'] });
    await plan('three', { ...emergency, onListing: 'all' });
    alive.delete('three');
    await plan('four', emergency);
    expect((await journal.compromised())[0]).toMatchObject({ leaveBehind: ['billing'], onListing: 'all' });
  });

  it('adds digests to what is remembered by then, and brings nothing back that a person has taken back meanwhile (I15)', async () => {
    for (const isTakenBack of [true, false]) {
      const { plan, ports, journal } = await scene();
      const meanwhile = () =>
        isTakenBack
          ? journal.forgetCompromised(['cert_acme0'])
          : journal.rememberCompromised([{ anchorId: 'cert_acme0', onListing: 'all' }]);
      const content = async (id: string) => {
        if (id === 'cert_acme0') await meanwhile();
        return ports.certificates.content(id);
      };
      const hasty = { ...ports.hasty, content: () => Promise.reject(new Error('no answer within seconds')) };
      await plan('one', emergency, {}, { ...ports, hasty, certificates: { ...ports.certificates, content } });
      const known = { anchorId: 'cert_acme0', onListing: 'all', keyDigest: expect.any(String) };
      expect(await journal.compromised()).toMatchObject(isTakenBack ? [] : [known]);
    }
  });

  it('forgets no digest that another run reads while an emergency names the same once more (I15)', async () => {
    const { plan, journal, ports } = await scene();
    await plan('one', emergency);
    await journal.rememberCompromised([{ anchorId: 'cert_acme0', keyDigest: 'of before' }]);
    const racing = {
      ...journal,
      compromised: async () => {
        const known = await journal.compromised();
        await journal.rememberDigests([{ anchorId: 'cert_acme0', keyDigest: 'read meanwhile' }]);
        return known;
      },
    };
    await rememberNamed({ ...ports, journal: racing }, emergency, run('two'));
    expect(await journal.compromised()).toMatchObject([{ keyDigest: 'read meanwhile' }]);
  });

  it('of an emergency names what an earlier one left active, and comes back for it soon (I15)', async () => {
    const anchors = [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 300, in: ['proj_a'] },
    ];
    const { plan, journal } = await scene(anchors);
    const namedAt = new Date(NOW * 1000).toISOString();
    await journal.rememberCompromised([{ anchorId: 'cert_keel0', reason: 'leaked before', namedAt }]);
    const { blocked, isRed } = await plan('one', emergency);
    expect(blocked).toMatchObject([{ anchor: 'cert_keel0', scopes: ['proj_a'] }]);
    expect(isRed).toBe(true);
  });
});
