import { describe, expect, it } from 'vitest';
import { endedEvent, startedEvent } from '../../../lambdas/domain/memory/run-event.ts';
import type { CarriedPlan } from '../../../lambdas/domain/plan-document/carried-plan.ts';

const about = {
  execution: { id: 'arn:aws:states:eu-west-1:123456789012:execution:windlass-acme:1', startedAt: 'then' },
  at: '2026-11-02T14:00:00.000Z',
};

const planned = (more: Partial<CarriedPlan> = {}): CarriedPlan => ({
  decision: 'rotate',
  mode: 'scheduled',
  plannedAt: about.at,
  evidence: 'probe',
  soakSeconds: 0,
  safetyMarginSeconds: 0,
  successions: [],
  blocked: [],
  anyBlocked: false,
  waves: [],
  nextRotationAt: null,
  summary: 'one succession in one scope',
  ...more,
});

const ended = (outcome: string, more: object = {}) =>
  endedEvent(about, { outcome, plan: planned(), halt: undefined, nextRotationAt: null, ...more });

describe('the event of a run', () => {
  it('that begins says what it has decided', () => {
    expect(startedEvent(about, planned())).toMatchObject({
      kind: 'started',
      detail: { version: 1, outcome: 'rotate', execution: about.execution.id, at: about.at },
    });
  });

  it.each([
    ['ended', 'rotated', {}],
    ['ended', 'idle', {}],
    // What was said already is not red again every day (I13).
    ['ended', 'blocked', { plan: planned({ anyBlocked: true, isRed: false }) }],
    ['blocked', 'blocked', { plan: planned({ anyBlocked: true, isRed: true }) }],
    ['blocked', 'rotated', { plan: planned({ anyBlocked: true, isRed: true }) }],
    ['ended', 'superseded', { plan: planned({ isRed: true }), halt: { Error: 'Superseded', Cause: 'c' } }],
    ['halted', 'halted', { halt: { Error: 'ApiUnavailable', Cause: 'c' } }],
    ['halted', 'halted', { plan: undefined, halt: { Error: 'AdminKeyRefused', Cause: 'c' } }],
  ])('is of the kind "%s" where it came to "%s"', (kind, outcome, more) => {
    expect(ended(outcome, more)).toMatchObject({ kind, detail: { outcome } });
  });

  it('that halted has its error, its cause, and when another run comes', () => {
    const halt = { Error: 'SuccessorRefused', Cause: 'proj_a: refused' };
    expect(ended('halted', { halt, nextRotationAt: '2026-11-02T14:05:00.000Z' }).detail).toMatchObject({
      error: 'SuccessorRefused',
      cause: 'proj_a: refused',
      summary: 'proj_a: refused',
      nextRotationAt: '2026-11-02T14:05:00.000Z',
    });
  });

  it('names twenty of everything at most, and counts the rest', () => {
    const many = <T>(of: (i: number) => T): T[] => Array.from({ length: 3_000 }, (_, i) => of(i));
    const long = 'x'.repeat(1_000);
    const { detail } = startedEvent(
      about,
      planned({
        successions: many((i) => ({
          retiring: `cert_${i}${long}`,
          successor: `cert_n${i}${long}`,
          authority: null,
          retiringExpiresAt: about.at,
        })),
        blocked: many((i) => ({
          anchor: `cert_${i}${long}`,
          reason: 'no successor',
          scopes: Array.from({ length: 21 }, (_, at) => `proj_${at}${long}`),
          client: `client ${i}${long}`,
        })),
        waves: [
          { name: 'projects', count: 3_000, list: { bucket: 'b', key: 'k', version: 'v', digest: 'd' } },
        ],
      }),
    );
    expect(detail).toMatchObject({ successionCount: 3_000, blockedCount: 3_000, scopeCount: 3_000 });
    expect([detail.successions.length, detail.blocked.length]).toEqual([20, 20]);
    // An entry may have 256 KB (EventBridge), and so may a message of SNS.
    expect(JSON.stringify(detail).length).toBeLessThan(128 * 1024);
  });
});
