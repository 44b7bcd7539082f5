import { describe, expect, it } from 'vitest';
import { blockedBy } from '../../../lambdas/domain/blocked/blocked-by.ts';
import type { ClientFacts } from '../../../lambdas/domain/leaf/client-facts.ts';
import { lastSeenOf, type Seen } from '../../../lambdas/domain/memory/seen.ts';
import { seenNow } from '../../../lambdas/domain/memory/seen-now.ts';
import type { PlanningFacts } from '../../../lambdas/domain/planning/facts.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import * as organizations from '../organizations.ts';

const anchor = (anchorId: string, name: string | null) => ({
  ...{ anchorId, name, createdAt: 1, expiresAt: 2_000_000_000 },
  active: false,
});
const runningOn = (...chainsTo: string[]): ClientFacts => ({
  ...{ name: 'billing', project: 'proj_a', secret: 'billing', staged: null, previous: null },
  running: {
    ...{
      fingerprint: 'f',
      chain: 'f',
      chainsTo,
      issuers: chainsTo,
      pathProblems: {},
      keyIdsAbove: [],
      carries: [],
      problems: [],
    },
    validUntil: {},
  },
});
const anchors = [anchor('cert_a', 'acme@1'), anchor('cert_f', 'acme-filtered@1'), anchor('cert_x', null)];
/** The part of a plan's facts that these functions read. */
const facts = (client: ClientFacts, unread: readonly string[] = []) =>
  ({
    inventory: { organization: anchors, projects: [] },
    ...{ policy: policySchema.parse({}), now: 1_800_000_000, clients: [client] },
    keys: new Map(
      ['cert_a', 'cert_b']
        .filter((id) => !unread.includes(id))
        .map((id) => [id, { digest: id, vouchesFor: [] }]),
    ),
    request: { mode: 'scheduled' },
  }) as unknown as PlanningFacts & { clients: readonly ClientFacts[] };

const rememberedOf = (client: ClientFacts): readonly Seen[] =>
  seenNow([], [], facts(client), { by: 'one', toldBy: null, isWhole: true }).changed.filter(
    ({ kind }) => kind === 'client',
  );

describe('where a client was last seen (rule 3)', () => {
  it.each([
    { chainsTo: ['cert_a'], seen: ['acme'] },
    // Two anchors with one key, such as a second upload with its own filter.
    { chainsTo: ['cert_f', 'cert_a'], seen: ['acme', 'acme-filtered'] },
  ])('is under $seen with a leaf of $chainsTo', ({ chainsTo, seen }) => {
    const billing = runningOn(...chainsTo);
    expect(lastSeenOf(rememberedOf(billing))(billing).lastAuthorities).toEqual(seen);
  });

  it('stays under what it was seen under and has an upload that could not be read, and under nothing else (I9)', () => {
    // The certificate of cert_f could not be read this time, and acme-gone has no upload.
    const billing = { ...runningOn('cert_a'), lastAuthorities: ['acme', 'acme-filtered', 'acme-gone'] };
    expect(lastSeenOf(rememberedOf(billing))(billing).lastAuthorities).toEqual(['acme', 'acme-filtered']);
  });

  it.each([[[]], [['cert_a', 'cert_x']]])('is remembered as nowhere with a leaf of %j', (chainsTo) => {
    expect(rememberedOf(runningOn(...chainsTo))).toEqual([]);
  });

  it('is still known from the form that held one authority, whatever it is called', () => {
    for (const value of ['acme', '[acme', '["acme"]', '[1,2]']) {
      const seen: Seen = { kind: 'client', id: 'billing', value, secret: 'billing' };
      expect(lastSeenOf([seen])(runningOn()).lastAuthorities).toEqual([value]);
    }
  });

  it('is not known from what an older version remembered without its secret', () => {
    const seen: Seen = { kind: 'client', id: 'billing', value: 'acme' };
    expect(lastSeenOf([seen])(runningOn()).lastAuthorities).toEqual([]);
    const now = seenNow([seen], [], facts(runningOn('cert_a')), { by: 'one', toldBy: null, isWhole: true });
    expect(now.changed).toContainEqual({ ...seen, secret: 'billing', anchors: ['cert_a'] });
  });

  it('is remembered with the anchors, and with the versions by which it is under them: what is staged on the same line, and nothing else', () => {
    const versions = { running: 'v1', staged: 'v2' };
    const sameLine = { ...runningOn('cert_a'), staged: runningOn('cert_a').running, versions };
    expect(rememberedOf(sameLine)).toMatchObject([{ anchors: ['cert_a'], versions: ['v1', 'v2'] }]);
    const another = { ...runningOn('cert_a'), staged: runningOn('cert_f').running, versions };
    expect(rememberedOf(another)).toMatchObject([{ anchors: ['cert_a'], versions: ['v1'] }]);
  });

  it('is not known by another version of its secret that nobody can read: that one may have moved it (I9)', () => {
    const billing = { ...runningOn('cert_a'), versions: { running: 'v1' } };
    const seen = rememberedOf(billing);
    const dark = (version?: string) => ({
      ...{ ...billing, running: { unknown: 'the key refuses' } },
      versions: { running: version },
    });
    const under = { lastAuthorities: ['acme'], lastAnchors: ['cert_a'] };
    expect(lastSeenOf(seen)(dark('v1'))).toEqual(under);
    expect(lastSeenOf(seen)(dark('v2'))).toEqual({ lastAuthorities: [] });
    // What was seen counts where Secrets Manager does not say which version is current, and where a leaf can
    // be read that leads nowhere.
    expect(lastSeenOf(seen)(dark())).toEqual(under);
    expect(lastSeenOf(seen)({ ...runningOn(), versions: { running: 'v2' } })).toEqual(under);
  });

  it('is written down once, and again when its version changes', () => {
    const billing = (version: string) => ({ ...runningOn('cert_a'), versions: { running: version } });
    const seen = rememberedOf(billing('v1'));
    const again = (version: string) =>
      seenNow(seen, [], facts(billing(version)), { by: 'two', toldBy: null, isWhole: true }).changed.filter(
        ({ kind }) => kind === 'client',
      );
    expect(again('v1')).toEqual([]);
    expect(again('v2')).toMatchObject([{ versions: ['v2'] }]);
  });
});

describe('a client whose secret is denied, and the organization’s cut of beta (I1, I9)', () => {
  const { anchor: uploaded, client, inventoryOf, leaf, NOW } = organizations;
  const inventory = inventoryOf(
    [
      uploaded('a1', 'acme@1', 300),
      uploaded('b1', 'beta@1', 10),
      uploaded('b2', 'beta@2', 400),
      // A second upload of b1's certificate.
      uploaded('twin', null, 10),
    ],
    { organization: ['a1', 'b1'] },
    ['proj_p', 'proj_q'],
  );
  const about = (clients: ClientFacts[], absent: ClientFacts[] = []) => ({
    ...{ inventory, policy: organizations.policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
    ...{ clients: [...clients, client('ready', 'proj_q', 'b1', 'b2')], absent },
  });
  const seenAfter = (before: readonly Seen[], clients: ClientFacts[], absent: ClientFacts[] = []): Seen[] => {
    const telling = { by: 'run', toldBy: null, isWhole: true };
    const { changed, over } = seenNow(before, [], about(clients, absent), telling);
    const key = ({ kind, id }: Seen) => `${kind} ${id}`;
    const replaced = new Set([...changed, ...over].map(key));
    return [...before.filter((one) => !replaced.has(key(one))), ...changed];
  };
  const onAcme = client('billing', 'proj_p', 'a1');
  const remembered = seenAfter([], [onAcme]);
  const heldFor = (memory: readonly Seen[], asked: Partial<ClientFacts> = {}) => {
    const dark = { ...onAcme, ...asked, running: { unknown: 'AwsRefused: AccessDenied' } };
    const { blocked } = plan(about([{ ...dark, ...lastSeenOf(memory)(dark) }]));
    return blocked.flatMap((one) => one.client ?? []);
  };

  it('is not held where it was last seen on acme', () => {
    expect(heldFor(remembered)).toEqual([]);
    expect(heldFor(seenAfter(remembered, [{ ...onAcme, running: null }]))).toEqual([]);
  });

  it('is held where it has moved to an anchor of beta that is there without a name as well', () => {
    const moved = { ...onAcme, running: leaf('moved', 'b1', 'twin') };
    expect(heldFor(seenAfter(remembered, [moved]))).toEqual(['billing']);
    // Its former authority is forgotten as well where its project is not listed.
    expect(heldFor(seenAfter(remembered, [], [moved]))).toEqual(['billing']);
  });

  it('is held where it was last seen on beta, though the configuration still states the authority that it has left', () => {
    const onBeta = seenAfter([], [client('billing', 'proj_p', 'b1')]);
    expect(heldFor(onBeta, { authority: 'acme' })).toEqual(['billing']);
    // What was seen does not exclude an authority that the configuration states now.
    expect(heldFor(remembered, { authority: 'beta' })).toEqual(['billing']);
    expect(heldFor(remembered, { authority: 'acme' })).toEqual([]);
  });

  it('is told to state its authority only where that could exclude it', () => {
    const dark = { ...onAcme, running: { unknown: 'AwsRefused: AccessDenied' } };
    const reasonFor = (told: Partial<ClientFacts>) =>
      plan(about([{ ...dark, ...told }]))
        .blocked.map(({ reason }) => reason)
        .join();
    expect(reasonFor({})).toContain('or state its authority');
    expect(reasonFor({ authority: 'beta', lastAuthorities: ['acme'] })).toContain('or state its authority');
    expect(reasonFor({ authority: 'acme', lastAuthorities: ['beta'] })).not.toContain(
      'or state its authority',
    );
  });

  it('is held where the configuration names another secret by now', () => {
    expect(heldFor(remembered, { secret: 'secret/billing-on-beta' })).toEqual(['billing']);
  });
});

describe('what has been told of something blocked (I13)', () => {
  const told: Seen[] = ['cert_a', 'cert_a proj_a', 'cert_a billing', 'cert_b proj_a'].map((id) => ({
    ...{ kind: 'blocked', id, value: '0' },
  }));
  const over = (
    blocked: { anchor: string; reason: string; scopes?: string[] }[],
    unread: readonly string[] = [],
  ) =>
    seenNow(told, blocked, facts(runningOn(), unread), {
      by: 'one',
      toldBy: null,
      isWhole: true,
    }).over.map(({ id }) => id);

  it.each([5, 6, 21, 700])('is new for one client more, when %d have been told of', (many) => {
    const succession = { retiring: anchor('cert_a', 'acme@1'), successor: anchor('cert_b', 'acme@2') };
    const blocked = (count: number, from = 0) =>
      blockedBy(
        Array.from({ length: count }, (_, i) => ({
          ...{ succession: { authority: 'acme', ...succession, scopes: ['proj_a'] }, scope: 'proj_a' },
          ...{ client: `client-${String(from + i).padStart(3, '0')}`, reason: 'no leaf is staged' },
        })),
      );
    const about = facts(runningOn());
    const first = seenNow([], blocked(many), about, { by: 'one', toldBy: null, isWhole: true });
    expect(first.isNew).toBe(true);
    const then = (count: number, from?: number) =>
      seenNow(first.changed, blocked(count, from), about, { by: 'two', toldBy: 'one', isWhole: true });
    expect(then(many).isNew).toBe(false);
    expect(then(many - 1).isNew).toBe(false);
    expect(then(many + 1).isNew).toBe(true);
    // The number is the same, and one client is another.
    expect(then(many, 1).isNew).toBe(true);
  });

  it('has been told once the run that found it has ended red for it, and is settled by the next one', () => {
    const blocked = [{ anchor: 'cert_a', reason: 'held', scopes: ['proj_a'] }];
    const about = facts(runningOn());
    const { changed: found } = seenNow([], blocked, about, { by: 'one', toldBy: null, isWhole: true });
    // The run was stopped before it could report.
    const again = seenNow(found, blocked, about, { by: 'two', toldBy: null, isWhole: true });
    expect(again.isNew).toBe(true);
    expect(again.changed.flatMap(({ pending }) => pending?.by ?? [])).toEqual(['two']);
    const settled = seenNow(found, blocked, about, { by: 'two', toldBy: 'one', isWhole: true });
    expect(settled.isNew).toBe(false);
    // What is settled stays reported, whichever run reports next.
    const memory = settled.changed.filter(({ kind }) => kind === 'blocked');
    expect(memory).toEqual([{ kind: 'blocked', id: 'cert_a proj_a', value: '0' }]);
    expect(seenNow(memory, blocked, about, { by: 'three', toldBy: 'two', isWhole: true }).isNew).toBe(false);
    // The same holds where its project could not be listed.
    const partly = seenNow(found, [], about, { by: 'two', toldBy: 'one', isWhole: false });
    expect([...partly.over, ...partly.changed.filter(({ kind }) => kind === 'blocked')]).toEqual(memory);
  });

  it('is told again by an older version, which goes by the value alone', () => {
    const blocked = [{ anchor: 'cert_a', reason: 'held', scopes: ['proj_a'] }];
    const { changed } = seenNow([], blocked, facts(runningOn()), { by: 'one', toldBy: null, isWhole: true });
    const [found] = changed.filter(({ kind }) => kind === 'blocked');
    expect(found).toMatchObject({ value: '-1', pending: { value: '0', by: 'one' } });
    const before: Seen[] = [{ kind: 'blocked', id: 'cert_a proj_a', value: '0' }];
    const soon = { ...facts(runningOn()), now: 1_999_999_999 };
    const nearer = seenNow(before, blocked, soon, { by: 'one', toldBy: null, isWhole: true });
    expect(nearer.changed).toContainEqual({ ...before[0], pending: { value: '3', by: 'one' } });
  });

  it('is nothing that a run has told of, where only an earlier attempt of its plan has seen it', () => {
    const here = { anchor: 'cert_a', reason: 'held', scopes: ['proj_a'] };
    const there = { anchor: 'cert_a', reason: 'held', scopes: ['proj_b'] };
    const telling = { by: 'one', toldBy: null };
    const about = facts(runningOn());
    const first = seenNow([], [here, there], about, { ...telling, isWhole: true });
    // The second attempt could not list one project.
    const second = seenNow(first.changed, [there], about, { ...telling, isWhole: false });
    expect(second.over.map(({ id }) => id)).toEqual(['cert_a proj_a']);
  });

  it('is not over where nobody could read the certificate of its anchor: it may only be hidden', () => {
    expect(over([], ['cert_a'])).toEqual(['cert_b proj_a']);
  });

  it('is over once nothing of it is blocked any more', () => {
    expect(over([{ anchor: 'cert_a', reason: 'held', scopes: ['proj_a'] }])).toEqual([
      ...['cert_a', 'cert_a billing', 'cert_b proj_a'],
    ]);
  });

  it('is not over for a scope or a client while its anchor is blocked as a whole', () => {
    expect(over([{ anchor: 'cert_a', reason: 'no successor' }])).toEqual(['cert_b proj_a']);
  });
});
