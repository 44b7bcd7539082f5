import { describe, expect, it } from 'vitest';
import { decideUndo } from '../../../lambdas/domain/cut/undo.ts';
import type { CutMemory } from '../../../lambdas/domain/memory/journal.ts';
import { anchor, DAY, NOW } from '../organizations.ts';

const anchors = [
  anchor('a1', 'acme@1', 10),
  anchor('a2', 'acme@2', 400),
  anchor('b1', 'beta@1', 10),
  anchor('b2', 'beta@2', 400),
];
const cut = (overrides: Partial<CutMemory> = {}): CutMemory => ({
  scope: 'proj_a',
  retiring: 'a1',
  successor: 'a2',
  cutAt: new Date((NOW - 60) * 1000).toISOString(),
  compromised: false,
  ...overrides,
});

describe('undo', () => {
  const at = (listed: ReturnType<typeof listing>, now: number, hold: string[] = []) => ({
    ...{ listing: listed, existing: listed, hold, now },
    isEnforced: listed.some(({ active }) => active),
  });
  const listing = (...active: string[]) =>
    anchors.map((one) => ({ ...one, active: active.includes(one.anchorId) }));

  it('puts back our own unconfirmed cuts of the scope, and no others (I10)', () => {
    const cuts = [cut(), cut({ scope: 'proj_b' }), cut({ retiring: 'b1', successor: 'b2' })];
    expect(decideUndo('proj_a', 'SuccessorRefused', cuts, at(listing('a2', 'b1'), NOW))).toEqual({
      reactivate: ['a1'],
      standing: ['b1'],
      // The listing may be older than the cut of this anchor.
      again: ['b1'],
      left: [],
    });
  });

  it('leaves compromised, expired and held anchors cut, and says why (I5)', () => {
    const cuts = [cut({ compromised: true }), cut({ retiring: 'b1', successor: 'b2' })];
    const facts = at(listing('a2', 'b2'), NOW + 20 * DAY);
    expect(decideUndo('proj_a', 'SuccessorRefused', cuts, facts)).toEqual({
      ...{ reactivate: [], standing: [], again: [] },
      left: [
        { anchorId: 'a1', why: 'named as compromised' },
        { anchorId: 'b1', why: 'expired' },
      ],
    });
    const held = at(listing('a2', 'b2'), NOW, ['a1']);
    expect(decideUndo('proj_a', 'SuccessorRefused', [cut()], held).left).toEqual([
      { anchorId: 'a1', why: 'on hold by now' },
    ]);
  });

  it('makes nothing active again, though it is listed so, that is to stay cut (I5, I15)', () => {
    const listed = listing('a1', 'a2', 'b1');
    const cuts = [cut({ compromised: true }), cut({ retiring: 'b1', successor: 'b2' })];
    expect(decideUndo('proj_a', 'SuccessorRefused', cuts, at(listed, NOW, ['b1']))).toMatchObject({
      ...{ standing: ['a1', 'b1'], again: [] },
    });
  });

  it('puts back what the scope does not list as long as it exists, and not what is gone', () => {
    const listed = listing('a2').filter(({ active }) => active);
    const facts = { listing: listed, existing: listing(), isEnforced: true, hold: [], now: NOW };
    expect(decideUndo('proj_a', 'SuccessorRefused', [cut()], facts).reactivate).toEqual(['a1']);
    expect(decideUndo('proj_a', 'SuccessorRefused', [cut()], at(listed, NOW)).left).toEqual([
      { anchorId: 'a1', why: 'deleted by now' },
    ]);
  });

  it('leaves the cut alone when the successor works and only revocation is unproven', () => {
    for (const error of ['RetiringStillAccepted', 'RevocationInconclusive'])
      expect(decideUndo('proj_a', error, [cut()], at(listing('a2'), NOW))).toEqual({
        ...{ reactivate: [], standing: [], again: [] },
        left: [{ anchorId: 'a1', why: 'the cut stands' }],
      });
  });

  it('puts back in a scope that somebody emptied as long as the organization enforces (F8, I10)', () => {
    const emptied = { ...at(listing(), NOW), isEnforced: true };
    expect(decideUndo('proj_a', 'SuccessorRefused', [cut()], emptied).reactivate).toEqual(['a1']);
  });

  it('never turns enforcement on in a scope that somebody emptied (I3)', () => {
    expect(() => decideUndo('proj_a', 'SuccessorRefused', [cut()], at(listing(), NOW))).toThrow(
      expect.objectContaining({ name: 'EnforcementWouldBegin' }),
    );
  });
});
