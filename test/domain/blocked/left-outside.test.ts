import { describe, expect, it } from 'vitest';
import { leftOutside } from '../../../lambdas/domain/blocked/left-outside.ts';
import type { MovedTo } from '../../../lambdas/domain/memory/journal.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

/** A late call has moved `api` from cert_old to cert_leaked. `trusted` is active in proj_a since then. */
const lookAfter = (
  trusted: readonly string[],
  compromised: readonly string[],
  {
    unread = [],
    evidence = 'probe',
    hold = [],
    moved = [],
  }: { unread?: readonly string[]; evidence?: string; hold?: string[]; moved?: MovedTo[] } = {},
) =>
  leftOutside({
    inventory: inventoryOf(
      ['cert_old', 'cert_leaked', 'cert_new'].map((id, i) => anchor(id, `acme@${i}`, 100)),
      { proj_a: trusted },
    ),
    policy: policyOf({ evidence, hold }),
    request: { mode: 'scheduled' },
    now: NOW,
    memory: { soaks: [], cuts: [], moved },
    clients: [{ ...client('api', 'proj_a', 'cert_leaked'), previous: leaf('api:cert_old', 'cert_old') }],
    compromised: { ids: new Set(compromised), keys: new Set<string>() },
    keys: new Map(
      ['cert_old', 'cert_leaked', 'cert_new']
        .filter((id) => !unread.includes(id))
        .map((id) => [id, { digest: id, vouchesFor: [] }]),
    ),
  });

const outside = (...given: Parameters<typeof lookAfter>) =>
  lookAfter(...given).outside.map(({ client: name }) => name);

it('moves a client back from a compromised leaf that nobody trusts to the one before, which gets in', () => {
  expect(outside(['cert_old'], ['cert_leaked'])).toEqual(['api']);
});

it('moves it back where the one before hangs from a compromised anchor as well: that one waits for a successor', () => {
  expect(outside(['cert_old'], ['cert_leaked', 'cert_old'])).toEqual(['api']);
});

describe('from a held anchor that nobody trusts, which no run activates', () => {
  const about = { hold: ['cert_old', 'cert_leaked'] };
  const lateCall = { client: 'api', leaf: leaf('api:cert_leaked', 'cert_leaked').fingerprint };

  it('moves it back where a run has moved it there (I5, I11)', () => {
    const { outside: found, blocked } = lookAfter(['cert_old'], [], { ...about, moved: [lateCall] });
    expect(found).toMatchObject([{ client: 'api' }]);
    expect(blocked[0]?.reason).toContain('cert_leaked, which is held and trusted nowhere, by an earlier run');
  });

  it('leaves it to its operator where no run has, to that very leaf', () => {
    expect(outside(['cert_old'], [], about)).toEqual([]);
    expect(outside(['cert_old'], [], { ...about, moved: [{ ...lateCall, leaf: 'another' }] })).toEqual([]);
    expect(outside(['cert_old'], [], { ...about, moved: [{ ...lateCall, client: 'web' }] })).toEqual([]);
  });
});

it('leaves it on what nobody trusts yet and a run may activate, be it or not that others are held', () => {
  expect(outside(['cert_old'], [])).toEqual([]);
  expect(outside(['cert_old'], [], { hold: ['cert_old'] })).toEqual([]);
});

it('leaves it where its leaf gets in, or where the one before does not', () => {
  expect(outside(['cert_old', 'cert_leaked'], ['cert_leaked'])).toEqual([]);
  expect(outside(['cert_new'], ['cert_leaked'])).toEqual([]);
});

it('asks hosts whether it gets in where its leaf may lead to a trusted anchor that could not be read, and takes nobody for moved (I9, I11)', () => {
  const { back, blocked, ...found } = lookAfter(['cert_old', 'cert_new'], ['cert_leaked'], {
    unread: ['cert_new'],
  });
  expect(found.outside).toMatchObject([{ client: 'api' }]);
  expect(back).toEqual(new Set());
  expect(blocked[0]?.reason).toContain('unless by cert_new, whose certificate could not be read');
  expect(lookAfter(['cert_old'], ['cert_leaked']).back).toEqual(new Set(['api']));
});

it('leaves it there where no host is asked (I9)', () => {
  expect(
    outside(['cert_old', 'cert_new'], ['cert_leaked'], { unread: ['cert_new'], evidence: 'listing' }),
  ).toEqual([]);
});

it('I1: whoever is moved back runs on the leaf before by the time of the cut, which waits for it', () => {
  const names = ['cert_old', 'cert_leaked', 'cert_new'];
  const api = { ...client('api', 'proj_a', 'cert_leaked'), previous: leaf('api:cert_old', 'cert_old') };
  const {
    outside: back,
    blocked,
    successions,
  } = plan({
    inventory: inventoryOf(
      names.map((id, i) => anchor(id, `acme@${i}`, [10, 300, 400][i] ?? 0)),
      { proj_a: ['cert_old'] },
    ),
    ...{ policy: policyOf(), request: { mode: 'scheduled' }, now: NOW },
    clients: [api, client('ready', 'proj_a', 'cert_old', 'cert_new')],
    compromised: { ids: new Set(['cert_leaked']), keys: new Set<string>() },
    keys: new Map(names.map((id) => [id, { digest: id, vouchesFor: [] }])),
  });
  expect(back).toMatchObject([{ client: 'api' }]);
  expect(successions).toMatchObject([{ retiring: 'cert_old', successor: 'cert_new' }]);
  expect(blocked).toContainEqual(expect.objectContaining({ anchor: 'cert_old', client: 'api' }));
});
