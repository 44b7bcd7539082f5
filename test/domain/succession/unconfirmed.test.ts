import { describe, expect, it } from 'vitest';
import { unconfirmedCuts } from '../../../lambdas/domain/cut/unconfirmed.ts';
import type { CutMemory } from '../../../lambdas/domain/memory/journal.ts';
import type { PlanningFacts } from '../../../lambdas/domain/planning/facts.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const anchors = [
  anchor('a1', 'acme@1', 10),
  anchor('a2', 'acme@2', 400),
  anchor('a3', 'acme@3', 500),
  anchor('k1', 'keel@1', 400),
];
const cut: CutMemory = {
  scope: 'proj_a',
  retiring: 'a1',
  successor: 'a2',
  cutAt: new Date((NOW - DAY) * 1000).toISOString(),
  compromised: false,
};

/** The facts of a sweep after a1 was cut in proj_a. `active` is active there. */
function facts(
  active: string[],
  { existing = ['a1', 'a2', 'k1'], organization = [] as string[], hold = [] as string[], ...rest } = {},
): PlanningFacts {
  const known = anchors.filter(({ anchorId }) => existing.includes(anchorId));
  return {
    inventory: inventoryOf(known, { proj_a: active, organization }),
    policy: policyOf({ evidence: 'listing', hold }),
    request: { mode: 'scheduled' },
    now: NOW,
    ...rest,
  };
}

const pairsOf = (facts: PlanningFacts) =>
  unconfirmedCuts([cut], facts).resumed.map(({ retiring, successor, scopes }) => [
    retiring.anchorId,
    successor.anchorId,
    ...scopes,
  ]);

describe('a cut that nobody confirmed', () => {
  it('is confirmed with its successor', () => {
    expect(pairsOf(facts(['a2']))).toEqual([['a1', 'a2', 'proj_a']]);
  });

  describe('whose successor is not active any more, since it was taken back', () => {
    const CUT = NOW - DAY;
    const takenBack = (at: number, rest: Partial<PlanningFacts> = {}, retiring = 'a1'): PlanningFacts => {
      const mark = { begunAt: cut.cutAt, takenBackAt: new Date(at * 1000).toISOString() };
      const begun = [{ retiring, successor: 'a2', ...mark }];
      return { ...facts(['k1']), memory: { soaks: [], cuts: [], begun }, ...rest };
    };
    const again = [['a1', 'a2', 'proj_a']];

    it.each([
      ['by a clock that goes behind that of the cut', CUT - 60],
      ['hours after it', CUT + DAY / 2],
    ])('is left to a person, by name: no sweep tries it again (F16), %s', (_when, at) => {
      const { resumed, stranded, stale } = unconfirmedCuts([cut], takenBack(at));
      expect([resumed, stale]).toEqual([[], []]);
      expect(stranded).toMatchObject([
        { anchor: 'a1', reason: expect.stringContaining('a2 was taken back, since strangers got in by it') },
      ]);
    });

    it('is confirmed with it in a run that a person starts, where that was before the cut, or for what is compromised', () => {
      expect(pairsOf(takenBack(CUT + DAY / 2, { request: { mode: 'manual' } }))).toEqual(again);
      expect(pairsOf(takenBack(CUT - DAY))).toEqual(again);
      const compromised = { ids: new Set(['a1']), keys: new Set<string>() };
      expect(pairsOf(takenBack(CUT + DAY / 2, { compromised }))).toEqual(again);
    });

    it('is confirmed with it where that was for what another anchor let in, in whichever project (I11)', () => {
      expect(pairsOf(takenBack(CUT + DAY / 2, {}, 'a0'))).toEqual(again);
    });

    it('is confirmed with what somebody has activated in its place, and with no other: that lets in nobody who was moved (I10)', () => {
      const existing = ['a1', 'a2', 'a3', 'k1'];
      const { inventory } = facts(['a3', 'k1'], { existing });
      expect(pairsOf(takenBack(CUT + DAY / 2, { inventory }))).toEqual([['a1', 'a3', 'proj_a']]);
      const nowhere = facts(['k1'], { existing }).inventory;
      const { resumed, stranded } = unconfirmedCuts([cut], takenBack(CUT + DAY / 2, { inventory: nowhere }));
      expect([resumed, stranded.map((one) => one.anchor)]).toEqual([[], ['a1']]);
    });
  });

  it.each([
    ['the anchor is active again', facts(['a1', 'a2'])],
    ['the anchor is gone', facts(['a2'], { existing: ['a2'] })],
  ])('is forgotten when %s', (_why, facts) => {
    expect(unconfirmedCuts([cut], facts)).toEqual({ resumed: [], stranded: [], stale: [cut] });
  });

  it('stays remembered as it is while the project is archived: its clients may be outside once it is back', () => {
    const archived = { ...facts([]), inventory: inventoryOf(anchors, { organization: ['k1'] }) };
    expect(unconfirmedCuts([cut], archived)).toEqual({ resumed: [], stranded: [], stale: [] });
    expect(pairsOf(facts(['a2']))).toEqual([['a1', 'a2', 'proj_a']]);
  });

  it('is told of, and not forgotten, when the anchor is gone and its successor not active any more', () => {
    const lost = facts(['k1'], { existing: ['a2', 'k1'] });
    expect(unconfirmedCuts([cut], lost)).toEqual({
      resumed: [],
      stranded: [{ anchor: 'a1', reason: expect.stringMatching(/deleted.*activate a2 there again/) }],
      stale: [],
    });
  });

  it('is told of once, and forgotten, when the anchor is gone and another of its authority has taken over', () => {
    const replaced = facts(['a3'], { existing: ['a2', 'a3'] });
    expect(unconfirmedCuts([cut], replaced)).toEqual({
      resumed: [],
      stranded: [{ anchor: 'a1', reason: expect.stringContaining('deleted') }],
      stale: [cut],
    });
  });

  it('is confirmed though the anchor is held by now: that touches nothing', () => {
    expect(pairsOf(facts(['a2'], { hold: ['a1'] }))).toEqual([['a1', 'a2', 'proj_a']]);
  });

  it('is said once and forgotten when nothing is enforced there any more, and not brought back (I3, I13)', () => {
    expect(unconfirmedCuts([cut], facts([]))).toMatchObject({
      resumed: [],
      stranded: [{ anchor: 'a1', reason: expect.stringContaining('mutual TLS is off in proj_a') }],
      stale: [cut],
    });
  });

  it('is not confirmed with a successor that has been named as compromised, but with another one', () => {
    const state = {
      existing: ['a1', 'a2', 'a3'],
      compromised: { ids: new Set(['a2']), keys: new Set<string>() },
    };
    expect(pairsOf(facts(['a2'], state))).toEqual([['a1', 'a3', 'proj_a']]);
    const alone = facts(['a2'], { ...state, existing: ['a1', 'a2'] });
    expect(unconfirmedCuts([cut], alone)).toMatchObject({
      resumed: [],
      stranded: [{ anchor: 'a1', reason: expect.stringContaining('a2 has been named as compromised') }],
      stale: [],
    });
  });

  it('is not confirmed with another that was cut there beside it, whose cut would be made again at once (rule 2)', () => {
    const beside: CutMemory = { ...cut, retiring: 'a3' };
    const compromised = { ids: new Set(['a2']), keys: new Set<string>() };
    const both = { ...facts(['a2'], { existing: ['a1', 'a2', 'a3'] }), compromised };
    const { resumed, stranded } = unconfirmedCuts([cut, beside], both);
    expect(resumed).toEqual([]);
    expect(stranded.map((one) => one.anchor)).toEqual(['a1', 'a3']);
  });

  it('is not confirmed with a successor that has expired since, which nobody could prove', () => {
    const later = { now: NOW + 401 * DAY };
    const alone = { ...facts(['a2'], { existing: ['a1', 'a2'] }), ...later };
    expect(unconfirmedCuts([cut], alone)).toMatchObject({
      resumed: [],
      stranded: [{ anchor: 'a1', reason: expect.stringContaining('its successor a2 has expired since') }],
    });
    expect(pairsOf({ ...facts(['a2'], { existing: ['a1', 'a2', 'a3'] }), ...later })).toEqual([
      ['a1', 'a3', 'proj_a'],
    ]);
  });

  it('is neither as long as its call may still be on its way', () => {
    const young = { ...cut, cutAt: new Date((NOW - 60) * 1000).toISOString() };
    expect(unconfirmedCuts([young], facts(['a1', 'a2']))).toEqual({ resumed: [], stranded: [], stale: [] });
  });
});

describe('a cut whose successor somebody has taken out', () => {
  it.each([
    ['the scope itself still enforces', facts(['k1'])],
    ['the organization enforces', facts([], { organization: ['k1'] })],
  ])('is taken up with it, since clients run on it, where %s (I11)', (_where, facts) => {
    expect(pairsOf(facts)).toEqual([['a1', 'a2', 'proj_a']]);
  });

  it('is confirmed with what was activated in its place', () => {
    expect(pairsOf(facts(['a3'], { existing: ['a1', 'a2', 'a3'] }))).toEqual([['a1', 'a3', 'proj_a']]);
  });

  it('is taken up with it though a newer one exists', () => {
    expect(pairsOf(facts(['k1'], { existing: ['a1', 'a2', 'a3', 'k1'] }))).toEqual([['a1', 'a2', 'proj_a']]);
  });

  it.each([
    ['gone', { existing: ['a1', 'a3', 'k1'] }],
    ['held', { existing: ['a1', 'a2', 'a3', 'k1'], hold: ['a2'] }],
    [
      'compromised',
      { existing: ['a1', 'a2', 'a3', 'k1'], compromised: { ids: new Set(['a2']), keys: new Set<string>() } },
    ],
  ])('is taken up with another one when the first is %s', (_why, state) => {
    expect(pairsOf(facts(['k1'], state))).toEqual([['a1', 'a3', 'proj_a']]);
  });

  it('blocks by name when none can take its place, every day until somebody acts (I13)', () => {
    const state = facts(['k1'], { hold: ['a2'] });
    expect(unconfirmedCuts([cut], state)).toMatchObject({
      resumed: [],
      stranded: [{ anchor: 'a1', reason: expect.stringMatching(/cut in proj_a.*a2 is not active.*held/) }],
      stale: [],
    });
    const memory = { soaks: [], cuts: [cut] };
    expect(plan({ ...state, clients: [], memory })).toMatchObject({
      decision: 'blocked',
      blocked: [{ anchor: 'a1' }],
    });
  });

  it('does not hold up an emergency, which is followed by another run at once', () => {
    const request = { mode: 'emergency' as const, anchors: ['k1'], reason: 'leaked' };
    const k2 = anchor('k2', 'keel@2', 600);
    const inventory = inventoryOf([...anchors, k2], { proj_a: ['k1'] });
    const memory = { soaks: [], cuts: [cut] };
    const planned = plan({ ...facts([]), inventory, request, clients: [], memory });
    expect(planned.successions.map(({ retiring }) => retiring)).toEqual(['k1']);
    expect(planned.blocked).toEqual([]);
    expect(planned.nextRotationAt).toBe(new Date((NOW + 300) * 1000).toISOString());
  });

  it('is taken up without a soak: there is no overlap to serve', () => {
    const memory = { soaks: [], cuts: [cut] };
    expect(plan({ ...facts(['k1']), clients: [], memory })).toMatchObject({
      decision: 'rotate',
      soakSeconds: 0,
      successions: [{ retiring: 'a1', successor: 'a2', resumed: true }],
    });
  });
});

describe('a cut that nobody can confirm any more', () => {
  const compromised = { ids: new Set(['a1']), keys: new Set<string>() };
  const cutting = (policy: object, about: object = {}) =>
    plan({
      ...facts(['a2'], about),
      policy: policyOf({ evidence: 'probe', ...policy }),
      memory: { soaks: [], cuts: [cut] },
      clients: [],
    });

  it('is confirmed by the listing where that is all that was asked for, by policy or by the emergency (I6)', () => {
    expect(cutting({}).blocked).toMatchObject([{ reason: expect.stringContaining('or activate a1 there') }]);
    expect(cutting({ listingScopes: ['proj_a'] })).toMatchObject({ decision: 'rotate', blocked: [] });
    const allowances = [{ anchorId: 'a1', onListing: ['proj_a'] }];
    expect(cutting({}, { compromised, allowances })).toMatchObject({ decision: 'rotate', blocked: [] });
  });

  it('never asks for a compromised anchor to be active again (I15)', () => {
    const [first] = cutting({}, { compromised }).blocked;
    expect(first?.reason).toMatch(/no client can confirm it there any more: stage a leaf/);
    expect(first?.reason).not.toContain('activate');
  });
});
