import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../../lambdas/domain/cut/batches.ts';
import { decideActivation } from '../../../lambdas/domain/cut/guards/activation.ts';
import { believeToggle } from '../../../lambdas/domain/cut/guards/believe-toggle.ts';
import { decideDeactivation } from '../../../lambdas/domain/cut/guards/deactivation.ts';
import { anchor, DAY, NOW } from '../organizations.ts';

const scopePlan = {
  scope: 'proj_a',
  successions: [{ retiring: 'old', successor: 'new' }],
  checks: [],
};
const listing = (...active: string[]) =>
  [anchor('old', 'acme@1', 10), anchor('new', 'acme@2', 400), anchor('other', 'beta@1', 90)].map((one) => ({
    ...one,
    active: active.includes(one.anchorId),
  }));

describe('activation', () => {
  it('activates only successors that are not active yet', () => {
    expect(
      decideActivation(scopePlan, { listing: listing('old'), isEnforced: true, hold: [], now: NOW }),
    ).toEqual({
      activate: ['new'],
      alreadyActive: [],
    });
    expect(
      decideActivation(scopePlan, { listing: listing('old', 'new'), isEnforced: true, hold: [], now: NOW }),
    ).toEqual({
      activate: [],
      alreadyActive: ['new'],
    });
  });

  it('refuses an anchor that is on hold by now, on either side of the soak (I5)', () => {
    const facts = { listing: listing('old'), isEnforced: true, hold: ['new', 'other'], now: NOW };
    expect(() => decideActivation(scopePlan, facts)).toThrow(
      expect.objectContaining({
        name: 'AnchorHeld',
        message: expect.stringMatching(/names new since .*proj_a/),
      }),
    );
    const cut = { listing: listing('old', 'new'), isEnforced: true, hold: ['old'], now: NOW };
    expect(() => decideDeactivation(scopePlan, cut)).toThrow(/policy\.hold names old since/);
    expect(decideActivation(scopePlan, { ...cut, hold: ['other'] }).alreadyActive).toEqual(['new']);
  });

  it('has a cut taken back that nobody confirmed and that keeps a client outside (I10)', () => {
    const backOn = (more: object) => ({
      ...scopePlan,
      successions: [
        { retiring: 'old', successor: 'new', cutBefore: true as const, stranded: ['billing'], ...more },
      ],
    });
    const facts = { listing: listing('new'), isEnforced: true, hold: [], now: NOW };
    expect(() => decideActivation(backOn({}), facts)).toThrow(
      expect.objectContaining({
        name: 'ClientOnRetiring',
        message: expect.stringMatching(/^billing runs on old, .* cut in proj_a .* leaf of new for it$/),
      }),
    );
    // Nobody puts back what is held or compromised, and what is active again lets the client in.
    const mayStay = [
      decideActivation(backOn({ compromised: true }), facts),
      decideActivation(backOn({}), { ...facts, hold: ['old'] }),
      decideActivation(backOn({}), { ...facts, listing: listing('old', 'new') }),
    ];
    for (const decided of mayStay) expect(decided).toEqual({ activate: [], alreadyActive: ['new'] });
  });

  it('refuses to give enforcement to a scope that has lost it since the plan (I3)', () => {
    const facts = { listing: listing(), hold: [], now: NOW };
    expect(() => decideActivation(scopePlan, { ...facts, isEnforced: false })).toThrow(
      expect.objectContaining({ name: 'EnforcementWouldBegin' }),
    );
    // A scope that the organization enforces does not gain enforcement (F8).
    expect(decideActivation(scopePlan, { ...facts, isEnforced: true }).activate).toEqual(['new']);
  });

  it('refuses a successor that expired since the plan', () => {
    expect(() =>
      decideActivation(scopePlan, {
        listing: listing('old'),
        isEnforced: true,
        hold: [],
        now: NOW + 500 * DAY,
      }),
    ).toThrow(expect.objectContaining({ name: 'SuccessorNotActive' }));
  });

  it('says of one that is not valid yet when it begins, and asks for no upload', () => {
    const early = listing('old').map((one) => (one.anchorId === 'new' ? { ...one, validAt: NOW + 60 } : one));
    expect(() =>
      decideActivation(scopePlan, { listing: early, isEnforced: true, hold: [], now: NOW }),
    ).toThrow(/it begins 2026-11-23T00:01:00\.000Z\), .*a run after that takes it up/);
  });
});

describe('deactivation', () => {
  it('cuts a retiring anchor whose successor is active here now (I1)', () => {
    expect(decideDeactivation(scopePlan, { listing: listing('old', 'new'), hold: [], now: NOW })).toEqual({
      deactivate: ['old'],
      alreadyInactive: [],
      gone: new Map(),
    });
  });

  it('refuses to deactivate an anchor whose successor is not active here, even beside another anchor (I1)', () => {
    expect(() =>
      decideDeactivation(scopePlan, { listing: listing('old', 'other'), hold: [], now: NOW }),
    ).toThrow(expect.objectContaining({ name: 'SuccessorNotActive' }));
  });

  it('refuses to deactivate the last usable anchor: an expired successor is none (I2)', () => {
    expect(() =>
      decideDeactivation(scopePlan, { listing: listing('old', 'new'), hold: [], now: NOW + 400 * DAY }),
    ).toThrow(expect.objectContaining({ name: 'SuccessorNotActive' }));
  });

  it('cuts nothing a second time that would lock out who is on it with nothing to move to (I1)', () => {
    const [pair] = scopePlan.successions;
    const stranded = {
      ...scopePlan,
      successions: [{ ...pair, retiring: 'old', successor: 'new', stranded: ['api'] }],
    };
    expect(() =>
      decideDeactivation(stranded, { listing: listing('old', 'new'), hold: [], now: NOW }),
    ).toThrow(
      expect.objectContaining({
        name: 'RetiringReactivated',
        message: expect.stringMatching(/^api would be locked out/),
      }),
    );
    expect(decideDeactivation(stranded, { listing: listing('new'), hold: [], now: NOW })).toEqual({
      deactivate: [],
      alreadyInactive: ['old'],
      gone: new Map(),
    });
  });

  it('takes what nobody has active any more for no cut of its own: somebody has deactivated both (I13)', () => {
    const { alreadyInactive, gone } = decideDeactivation(scopePlan, {
      ...{ listing: listing('other'), hold: [], now: NOW },
    });
    expect(alreadyInactive).toEqual([]);
    expect(gone.get('old')).toMatchObject({ name: 'SuccessorNotActive' });
  });

  it('has nothing to do where the retiring anchor is inactive already, so that it is safe to run twice', () => {
    expect(decideDeactivation(scopePlan, { listing: listing('new'), hold: [], now: NOW })).toEqual({
      deactivate: [],
      alreadyInactive: ['old'],
      gone: new Map(),
    });
  });
});

describe('toggles', () => {
  it('are believed only from a listing that shows them (I7)', () => {
    expect(() => believeToggle('proj_a', listing('old'), { anchorIds: ['new'], active: true })).toThrow(
      expect.objectContaining({ name: 'ToggleNotVisible' }),
    );
    expect(() =>
      believeToggle('proj_a', listing('new'), { anchorIds: ['old'], active: false }),
    ).not.toThrow();
  });

  it('go in batches of one to ten that together are the whole list (F2)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 60 }), (ids) => {
        const batches = batchesOf(ids);
        expect(batches.flat()).toEqual(ids);
        for (const batch of batches) expect(batch.length >= 1 && batch.length <= 10).toBe(true);
      }),
    );
  });
});
