import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { isInShard } from '../../../../lambdas/domain/cut/shards.ts';
import { promoteScope } from '../../../../lambdas/promote-scope.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { intruder, sendingBoth } from '../../both-paths.ts';
import { isIn, onAcme } from '../../saying.ts';
import { HOST, type Scene, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';
import { cutLate, upToTheCut } from './late-cut.ts';

const FILTER = 'subject.common_name == "billing"';
const NOBODY = 'subject.common_name == "nobody"';
const OLD: SceneAnchor = { id: 'cert_acme0', expires: 20, in: ['proj_a'] };
const renewal = (filter?: string): SceneAnchor => ({
  ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...(filter !== undefined && { filter }) },
});
const running: SceneClient = { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } };

/** Cuts a project. Its hosts hear of the cut `late` seconds later, and the confirmation is next. */
async function cut(set: Scene, late: number) {
  const { ports, paused, input } = await upToTheCut(set);
  return { ports, paused, input: await cutLate(set, { ports, paused, input }, late) };
}

const ending = (look: Promise<{ evidence: string }>): Promise<string> =>
  look.then(
    ({ evidence }) => evidence,
    ({ name }) => name,
  );

describe.each([0, 20, 80])('a cut that reaches the host %i s late, where no old leaf shows that', (late) => {
  it('I1, I10: is not confirmed where the renewal refuses its client', async () => {
    const set = await scene([OLD, renewal(NOBODY)], [running], { choice: 'first' });
    const { ports, input } = await cut(set, late);
    expect(await ending(confirm(ports, input))).toBe('SuccessorRefused');
    expect([await isIn(set, 'billing'), await set.journal.cuts()]).toMatchObject(['refused', [{}]]);
  });

  it('I1, I10, I18: nor by one shard of its clients', async () => {
    const set = await scene([OLD, renewal(NOBODY)], [running], { choice: 'first' });
    const { ports, input } = await cut(set, late);
    const shard = [0, 1].map((at) => ({ at, of: 2 })).find((one) => isInShard('billing', one));
    expect(await ending(confirm(ports, { ...input, ...(shard && { shard }) }))).toBe('SuccessorRefused');
  });

  it('F16: is not confirmed where the renewal has lost the filter', async () => {
    const witnesses = [{ name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } }];
    const set = await scene([{ ...OLD, filter: FILTER }, renewal()], [running], {
      ...{ choice: 'first', witnesses },
    });
    const { ports, input } = await cut(set, late);
    expect(await ending(confirm(ports, input))).toBe('TrustWidened');
    expect(await isIn(set, 'intruder')).toBe('accepted');
  });
});

it('I1, I13: where all get in for as long as that takes the cut stands, and the trail says that nobody could tell', async () => {
  const set = await scene([OLD, renewal()], [running], { choice: 'first' });
  const { ports, paused, input } = await cut(set, 0);
  expect(await confirm(ports, input)).toMatchObject({ evidence: 'listing', probes: 6 });
  expect(paused).toEqual([30, 60]);
  expect(set.entries().at(-1)).toMatchObject({ event: 'confirmed', detail: { isReachUnseen: true } });
});

it('I1: a look that has taken longer than that is followed by another, and one of minutes by none', async () => {
  const set = await scene([OLD, renewal()], [running], { choice: 'first' });
  const { ports, paused, input } = await cut(set, 0);
  const looking = (seconds: number) =>
    confirm(
      {
        ...ports,
        probe: (host, held) => {
          if (held.certificateChain) set.time.now += seconds;
          return set.ports.probe(host, held);
        },
      },
      input,
    );
  expect([(await looking(100)).probes, paused.splice(0)]).toEqual([4, [0]]);
  expect([(await looking(200)).probes, paused]).toEqual([2, []]);
});

it('I16: where an old leaf is refused nobody waits', async () => {
  const set = await scene(undefined, undefined);
  const { ports, paused, input } = await cut(set, 0);
  expect(await confirm(ports, input)).toMatchObject({ refused: ['billing'] });
  expect([paused, set.entries().at(-1)?.detail]).toEqual([
    [],
    expect.not.objectContaining({ isReachUnseen: true }),
  ]);
});

describe('a witness that what is cut has kept out, which sends along the CA that has issued for it', () => {
  async function world(filters: { old?: string; next?: string }): Promise<Scene> {
    const set = await scene(
      [
        { ...OLD, ...(filters.old && { filter: filters.old }) },
        { id: 'cert_acme1', expires: 300, ...(filters.next && { filter: filters.next }) },
      ],
      [onAcme('billing', 'proj_a')],
      { choice: 'first', witnesses: [intruder] },
    );
    sendingBoth(set);
    return set;
  }

  it('F16: is looked at once an old leaf shows that the cut has reached the host', async () => {
    const set = await world({ old: FILTER });
    const { ports, input } = await cut(set, 1);
    // Hosts hear of the cut right after a look at the witness.
    const probe: typeof ports.probe = async (host, held) => {
      const verdict = await ports.probe(host, held);
      if (held.apiKey === 'sk-intruder') set.time.now += 1;
      return verdict;
    };
    const first = await ending(confirm({ ...ports, probe }, input));
    set.time.now += 1;
    // Where the cut has not reached the host yet, the machine tries again.
    const seen = first === 'RetiringStillAccepted' ? await ending(confirm(ports, input)) : first;
    expect([seen, await isIn(set, 'intruder')]).toEqual(['TrustWidened', 'accepted']);
  });

  it('F16, I18: nor is it passed over in a shard that had no old leaf to ask about', async () => {
    const set = await world({ old: FILTER });
    const { ports, input } = await cut(set, 0);
    const about = { scope: 'proj_a', confirmedAt: input.plan.time?.cut.waitsUntil ?? '', probes: 2 };
    const confirmations = [0, 1].map((at) => ({
      ...{ ...about, evidence: 'probe' as const },
      refused: isInShard('intruder', { at, of: 2 }) ? [] : ['billing'],
    }));
    expect(await ending(confirm(ports, { ...input, confirmations }))).toBe('TrustWidened');
  });

  it('F16, I17: is looked at as well where an old leaf says nothing', async () => {
    const set = await world({ old: FILTER });
    const { ports, input } = await cut(set, 0);
    const held = JSON.parse(set.world.secrets.read('billing', 'AWSPREVIOUS')?.value ?? '{}');
    const probe: typeof ports.probe = async (host, asked) =>
      asked.certificateChain === held.certificateChain
        ? { kind: 'inconclusive', why: '503', passing: true }
        : ports.probe(host, asked);
    expect(await ending(confirm({ ...ports, probe }, input))).toBe('TrustWidened');
  });

  it('F16, I16: lets itself in by what an emergency has cut for as long as the host goes by that, which says nothing of the successor', async () => {
    const set = await world({ next: FILTER });
    const ports = { ...set.ports, hosts: [HOST] };
    const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
    const input = scopeInput('fire', await set.plan('fire', fire));
    const activation = await activate(ports, input);
    await verify(ports, { ...input, activation, moment: 'overlap' });
    await promoteScope(ports, input);
    set.world.organization.delayBy((place) => (place === 'listings' ? 0 : 20));
    const deactivation = await deactivate(ports, input);
    const look = () => ending(confirm(ports, { ...input, deactivation }));
    expect([await isIn(set, 'intruder'), await look()]).toEqual(['accepted', 'RetiringStillAccepted']);
    set.time.now += 20;
    expect([await isIn(set, 'intruder'), await look()]).toEqual(['refused', 'probe']);
  });
});
