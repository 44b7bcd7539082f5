import { describe, expect, it } from 'vitest';
import type { ClientFacts, Holding } from '../../../lambdas/domain/leaf/client-facts.ts';
import { OTHERS_KEY } from '../../../lambdas/domain/leaf/problems.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const ANCHORS = [
  anchor('acme0', 'acme@1', 200),
  anchor('acme1', 'acme@2', 20),
  anchor('acme2', 'acme@3', 400),
  anchor('keel0', 'keel@1', 20),
  anchor('keel1', 'keel@2', 400),
];
const ACTIVE = { proj_a: ['acme1', 'keel0'] };

/**
 * Plans for the client `odd`. Acme's other client is ready. Keel's own cut is held for a client that has no
 * leaf to move to.
 */
function planned(odd: ClientFacts, unread: readonly string[]) {
  const read = ANCHORS.filter(({ anchorId }) => !unread.includes(anchorId));
  return plan({
    ...{
      inventory: inventoryOf(ANCHORS, ACTIVE),
      policy: policyOf(),
      request: { mode: 'scheduled' },
      now: NOW,
    },
    keys: new Map(read.map(({ anchorId }) => [anchorId, { digest: anchorId, vouchesFor: [] }])),
    clients: [
      client('billing', 'proj_a', 'acme1', 'acme2'),
      { ...client('unready', 'proj_a', 'keel0'), lastAuthorities: ['keel'] },
      odd,
    ],
  });
}

const spoilt = (by: string) => ({ ...leaf('spoilt', by), problems: [OTHERS_KEY] });

/** Running leaves whose client loses a way in by the cut of acme1, or may lose one. */
const KINDS: [string, Holding, Partial<ClientFacts>, readonly string[]][] = [
  ['a leaf of the retiring anchor', leaf('old', 'acme1'), {}, []],
  ['a leaf of it that nobody can present', spoilt('acme1'), {}, []],
  ['a leaf of another generation that nobody can present', spoilt('acme0'), {}, []],
  ['a leaf that key and name of it have signed', { ...leaf('other'), signedBy: ['acme1'] }, {}, []],
  ['a leaf that leads nowhere', leaf('stray'), {}, []],
  ['what could not be read', { unknown: 'SecretMissing: no such secret' }, {}, []],
  [
    'what could not be read, though it was of another authority, where the anchor could not either',
    { unknown: 'SecretMissing: no such secret' },
    { lastAuthorities: ['keel'] },
    ['acme1'],
  ],
  [
    'a leaf of another generation, though it was of another authority, where the anchor could not be read',
    leaf('earlier', 'acme0'),
    { lastAuthorities: ['keel'] },
    ['acme1'],
  ],
];

describe.each(KINDS)('I1, I9: %s', (_, running, about, unread) => {
  const odd = { ...client('odd', 'proj_a'), ...about, running };

  it('holds the cut where its client has nothing to move to', () => {
    expect(planned(odd, unread).blocked).toContainEqual(
      expect.objectContaining({ anchor: 'acme1', client: 'odd' }),
    );
  });

  it('is waited for by that cut where its client is to be moved to another authority before', () => {
    const { waves } = planned({ ...odd, staged: leaf('next', 'keel1') }, unread);
    const [share] = waves.flatMap(({ scopes }) => scopes);
    expect(share?.successions).toEqual([
      expect.not.objectContaining({ held: true }),
      expect.objectContaining({ retiring: 'keel0', held: true }),
    ]);
    expect(share?.awaits).toContain('odd');
    const own = share?.checks.filter((check) => check.client === 'odd');
    expect(own).toEqual([expect.not.objectContaining({ beside: true })]);
  });
});

it('I17: a cut waits for nobody who runs on another authority', () => {
  const odd = client('odd', 'proj_a', 'keel0', 'keel1');
  const [share] = planned(odd, []).waves.flatMap(({ scopes }) => scopes);
  expect(share?.awaits).toEqual(['billing']);
  expect(share?.checks).toContainEqual(expect.objectContaining({ client: 'odd', beside: true }));
});
