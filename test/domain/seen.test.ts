import { describe, expect, it } from 'vitest';
import type { ClientFacts } from '../../lambdas/domain/client.ts';
import { lastAuthoritiesOf, type Seen, saidBy, seenNow } from '../../lambdas/domain/memory/seen.ts';
import { blockedBy } from '../../lambdas/domain/planning/blocked-by.ts';
import type { PlanningFacts } from '../../lambdas/domain/planning/facts.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';

const anchor = (anchorId: string, name: string | null) => ({
  ...{ anchorId, name, createdAt: 1, expiresAt: 2_000_000_000 },
  active: false,
});
const runningOn = (...chainsTo: string[]): ClientFacts => ({
  ...{ name: 'billing', project: 'proj_a', secret: 'billing', staged: null, previous: null },
  running: {
    ...{
      fingerprint: 'f',
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
/** As much of a plan's facts as is looked at here. */
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
  seenNow([], [], facts(client)).changed.filter(({ kind }) => kind === 'client');

describe('where a client was last seen (rule 3)', () => {
  it.each([
    { chainsTo: ['cert_a'], seen: ['acme'] },
    // Two anchors of one key, such as an upload with a filter of its own.
    { chainsTo: ['cert_f', 'cert_a'], seen: ['acme', 'acme-filtered'] },
  ])('is under $seen with a leaf of $chainsTo', ({ chainsTo, seen }) => {
    expect(lastAuthoritiesOf(rememberedOf(runningOn(...chainsTo))).get('billing')).toEqual(seen);
  });

  it.each([[[]], [['cert_a', 'cert_x']]])('is remembered as nowhere with a leaf of %j', (chainsTo) => {
    expect(rememberedOf(runningOn(...chainsTo))).toEqual([]);
  });

  it('is still known from the form that held one authority, whatever it is called', () => {
    const seen = ['acme', '[acme', '["acme"]', '[1,2]'].map(
      (value, i): Seen => ({ kind: 'client', id: `client-${i}`, value }),
    );
    expect([...lastAuthoritiesOf(seen).values()]).toEqual([['acme'], ['[acme'], ['["acme"]'], ['[1,2]']]);
  });
});

describe('what has been told of something blocked (I13)', () => {
  const told: Seen[] = ['cert_a', 'cert_a proj_a', 'cert_a billing', 'cert_b proj_a'].map((id) => ({
    ...{ kind: 'blocked', id, value: '0' },
  }));
  const over = (
    blocked: { anchor: string; reason: string; scopes?: string[] }[],
    unread: readonly string[] = [],
  ) => seenNow(told, blocked, facts(runningOn(), unread)).over.map(({ id }) => id);

  it.each([5, 6, 21, 700])('is new for one client more, when %d have been told of', (many) => {
    const succession = { retiring: anchor('cert_a', 'acme@1'), successor: anchor('cert_b', 'acme@2') };
    const blocked = (count: number) =>
      blockedBy(
        Array.from({ length: count }, (_, i) => ({
          ...{ succession: { authority: 'acme', ...succession, scopes: ['proj_a'] }, scope: 'proj_a' },
          ...{ client: `client-${String(i).padStart(3, '0')}`, reason: 'no leaf is staged' },
        })),
      );
    const first = seenNow([], blocked(many), facts(runningOn()));
    const said = saidBy(first.blocked);
    const louderOf = (count: number) =>
      seenNow(said, blocked(count), facts(runningOn())).blocked.filter((one) => one.louder !== undefined);
    expect(louderOf(many)).toEqual([]);
    expect(louderOf(many + 1)).toHaveLength(1);
    expect(louderOf(many - 1)).toEqual(many > 105 ? expect.anything() : []);
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
