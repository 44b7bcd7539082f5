import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListedAnchor, ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { batchesOf } from '../../../lambdas/domain/cut/batches.ts';
import { decideActivation } from '../../../lambdas/domain/cut/guards/activation.ts';
import { decideDeactivation } from '../../../lambdas/domain/cut/guards/deactivation.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { lineageOf } from '../../../lambdas/domain/succession/lineage.ts';
import { anchor, inventoryOf, NOW, policyOf } from '../organizations.ts';

const PROJECTS = ['proj_a', 'proj_b', 'proj_c'];
const SCOPES = [ORGANIZATION, ...PROJECTS];

/** Organizations of up to 14 anchors in three lines and one without a name, active in any of four scopes. */
const organizations = fc
  .array(
    fc.record({
      name: fc.constantFrom('acme@1', 'acme@2', 'beta@1', 'beta', null),
      days: fc.constantFrom(-10, 1, 10, 29, 31, 200, 400),
      validFrom: fc.constantFrom(-700, -1, 5),
      scopes: fc.subarray(SCOPES),
      held: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      named: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    }),
    { maxLength: 14 },
  )
  .map((rows) => rows.map((row, i) => ({ ...row, id: `cert_${i}` })));

const requests = (ids: string[]): fc.Arbitrary<Request> =>
  ids.length === 0
    ? fc.constant({ mode: 'scheduled' })
    : fc.oneof(
        fc.constant<Request>({ mode: 'scheduled' }),
        fc
          .subarray(ids, { minLength: 1 })
          .map((anchors): Request => ({ mode: 'emergency', anchors, reason: 'leaked' })),
      );

const cases = organizations.chain((rows) =>
  fc.record({ rows: fc.constant(rows), request: requests(rows.map(({ id }) => id)) }),
);

type Row = {
  id: string;
  scopes: string[];
  held: boolean;
  days: number;
  name: string | null;
  validFrom: number;
};

function planOf(rows: readonly Row[], request: Request) {
  const anchors = rows.map(({ id, name, days, validFrom }) => ({
    ...anchor(id, name, days),
    validAt: NOW + validFrom * 86_400,
  }));
  const active = Object.fromEntries(
    SCOPES.map((scope) => [scope, rows.filter((row) => row.scopes.includes(scope)).map(({ id }) => id)]),
  );
  const hold = rows.filter(({ held }) => held).map(({ id }) => id);
  const facts = {
    inventory: inventoryOf(anchors, active, PROJECTS),
    policy: policyOf({ evidence: 'listing', hold }),
    request,
    now: NOW,
    clients: [],
  };
  return { planned: plan(facts), anchors, active, hold };
}

/** Carries out a plan on a model of trust, batch by batch, and calls `judge` after every atomic call. */
function carryOut(
  planned: Plan,
  anchors: readonly ListedAnchor[],
  active: Record<string, readonly string[]>,
  judge: (trust: Map<string, Set<string>>, change: { scope: string; id: string; on: boolean }) => void,
) {
  const trust = new Map(Object.entries(active).map(([scope, ids]) => [scope, new Set(ids)]));
  const listing = (scope: string) =>
    anchors.map((one) => ({ ...one, active: trust.get(scope)?.has(one.anchorId) ?? false }));
  const facts = (scope: string) => ({
    listing: listing(scope),
    isEnforced: (trust.get(scope)?.size ?? 0) > 0,
    hold: [],
    now: NOW,
  });
  const toggle = (scope: string, ids: readonly string[], on: boolean) => {
    for (const batch of batchesOf(ids)) {
      for (const id of batch) on ? trust.get(scope)?.add(id) : trust.get(scope)?.delete(id);
      for (const id of batch) judge(trust, { scope, id, on });
    }
  };
  for (const { scopes } of planned.waves)
    for (const one of scopes) toggle(one.scope, decideActivation(one, facts(one.scope)).activate, true);
  for (const { scopes } of planned.waves)
    for (const one of scopes) toggle(one.scope, decideDeactivation(one, facts(one.scope)).deactivate, false);
}

describe('any plan for any organization, carried out', () => {
  it('keeps every scope usable, gains and loses no enforcement, and touches only what it named (I1 to I5)', () => {
    fc.assert(
      fc.property(cases, ({ rows, request }) => {
        const { planned, anchors, active, hold } = planOf(rows, request);
        const usable = (ids: Iterable<string>) =>
          [...ids].filter((id) =>
            anchors.some((one) => one.anchorId === id && (one.validAt ?? 0) <= NOW && NOW < one.expiresAt),
          );
        const effective = (trust: Map<string, Iterable<string>>, scope: string) => [
          ...(trust.get(scope) ?? []),
          ...(trust.get(ORGANIZATION) ?? []),
        ];
        const start = new Map<string, Iterable<string>>(Object.entries(active));
        carryOut(planned, anchors, active, (trust, { scope, id, on }) => {
          expect(hold).not.toContain(id);
          const pair = planned.successions.find((s) => (on ? s.successor : s.retiring) === id);
          expect(pair).toBeDefined();
          expect(active[scope]).toContain(
            on
              ? planned.successions.find((s) => s.successor === id && active[scope]?.includes(s.retiring))
                  ?.retiring
              : id,
          );
          for (const place of SCOPES) {
            if (usable(effective(start, place)).length > 0)
              expect(usable(effective(trust, place)).length).toBeGreaterThan(0);
            expect(effective(trust, place).length > 0).toBe(effective(start, place).length > 0);
          }
        });
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing due but what it reports as blocked, and never pairs two authorities', () => {
    fc.assert(
      fc.property(cases, ({ rows, request }) => {
        const { planned, anchors, active, hold } = planOf(rows, request);
        const rotated = new Set(planned.successions.map(({ retiring }) => retiring));
        const blocked = new Set(planned.blocked.map(({ anchor }) => anchor));
        for (const one of anchors) {
          const somewhere = Object.values(active).some((ids) => ids.includes(one.anchorId));
          const due =
            request.mode === 'emergency'
              ? request.anchors.includes(one.anchorId)
              : !hold.includes(one.anchorId) && one.expiresAt - 30 * 86_400 <= NOW;
          expect(rotated.has(one.anchorId) || blocked.has(one.anchorId)).toBe(somewhere && due);
        }
        for (const { retiring, successor, authority } of planned.successions) {
          const nameOf = (id: string) => anchors.find((one) => one.anchorId === id)?.name ?? null;
          expect(lineageOf(nameOf(successor))?.authority).toBe(authority);
          expect(lineageOf(nameOf(retiring))?.authority).toBe(authority);
          expect(rotated.has(successor)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('carried out again has nothing left to rotate (idempotence)', () => {
    fc.assert(
      fc.property(cases, ({ rows, request }) => {
        const { planned, anchors, active } = planOf(rows, request);
        let after = new Map<string, Set<string>>();
        carryOut(planned, anchors, active, (trust) => {
          after = trust;
        });
        if (planned.decision !== 'rotate') return;
        const again = rows.map((row) => ({
          ...row,
          scopes: SCOPES.filter((scope) => after.get(scope)?.has(row.id)),
        }));
        // A stopgap, and an anchor that was left because a stopgap needed it, are left to the next run.
        const stopgaps = new Set(planned.successions.flatMap((one) => (one.stopgap ? one.successor : [])));
        const left = planOf(again, request).planned.successions.filter((one) => !stopgaps.has(one.retiring));
        expect(left).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
