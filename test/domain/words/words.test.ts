import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandAccepted } from '../../../lambdas/domain/cut/proof/accepted.ts';
import { demandRefused } from '../../../lambdas/domain/cut/proof/revoked.ts';
import type { Verdict } from '../../../lambdas/domain/cut/verdict.ts';
import { durationSeconds, durationText, secondsIn } from '../../../lambdas/domain/duration.ts';
import { propagationErrors, retryableErrors } from '../../../lambdas/domain/errors.ts';
import { soakEnd } from '../../../lambdas/domain/memory/soak.ts';
import { policySchema, writtenPolicy } from '../../../lambdas/domain/policy.ts';
import { asCarried, requestSchema } from '../../../lambdas/domain/request.ts';
import { lineageOf } from '../../../lambdas/domain/succession/lineage.ts';
import { DAY, NOW } from '../organizations.ts';

describe('a name', () => {
  it.each([
    ['acme-root@2026-11', { authority: 'acme-root', generation: '2026-11' }],
    ['acme-root', { authority: 'acme-root', generation: null }],
    ['ops@acme.example@7', { authority: 'ops@acme.example', generation: '7' }],
    [' acme @ 1 ', { authority: 'acme', generation: '1' }],
    ['@2026', null],
    ['  ', null],
    [null, null],
  ])('%j states the lineage %j', (name, lineage) => expect(lineageOf(name)).toEqual(lineage));
});

describe('a duration', () => {
  it.each([
    ['P30D', 30 * DAY],
    ['P2W', 14 * DAY],
    ['PT90M', 5400],
    ['P1DT12H', 1.5 * DAY],
    ['PT0S', 0],
  ])('%s is %d seconds', (text, seconds) => expect(durationSeconds(text)).toBe(seconds));

  it.each(['', 'P', 'PT', 'P1M', 'P1Y', '30D', 'P-1D', 'P1.5D', 'p30d', 'P1DT'])('%j is refused', (text) =>
    expect(durationSeconds(text)).toBeNull(),
  );

  it.each([
    ['PT0S', 0],
    ['P7D', 7 * DAY],
    ['P1DT12H', 1.5 * DAY],
    ['PT1H30M5S', 5405],
  ])('%s is how that many seconds are written: %d', (text, seconds) =>
    expect(durationText(seconds)).toBe(text),
  );

  it('is read as it is written, whatever its length', () =>
    fc.assert(
      fc.property(fc.nat({ max: 3_650 * DAY }), (seconds) => {
        expect(durationSeconds(durationText(seconds))).toBe(seconds);
      }),
    ));

  it('that cannot be read is never zero', () => {
    expect(() => secondsIn('a week')).toThrow('"a week" is not an ISO 8601 duration');
    for (const soak of ['', 'P', '7 days', 'P1M', 0, null])
      expect(policySchema.safeParse({ soak }).success).toBe(false);
  });
});

describe('a policy', () => {
  it('has the defaults of the design', () => {
    expect(policySchema.parse({})).toEqual({
      leadTime: 30 * DAY,
      soak: 7 * DAY,
      safetyMargin: 2 * DAY,
      evidence: 'probe',
      concurrency: 10,
      hold: [],
      canary: [],
      successions: {},
      listingScopes: [],
    });
  });

  it('is read into seconds, and written as the machine hands it to Plan', () => {
    const written = { ...writtenPolicy(policySchema.parse({})), soak: 'P3DT6H', hold: ['cert_a'] };
    expect(written).toMatchObject({ leadTime: 'P30D', safetyMargin: 'P2D' });
    expect(writtenPolicy(policySchema.parse(written))).toEqual(written);
  });

  it('is refused when the lead time leaves no room for the soak', () => {
    expect(policySchema.safeParse({ leadTime: 'P9D' }).error?.issues[0]?.path).toEqual(['leadTime']);
    expect(policySchema.safeParse({ leadTime: 'P9DT1S' }).success).toBe(true);
  });

  it('is refused with every bad field at once', () => {
    const parsed = policySchema.safeParse({ leadTime: '30 days', evidence: 'hope', holds: [] });
    expect(parsed.error?.issues.map(({ path }) => path.join('.')).sort()).toEqual([
      '',
      'evidence',
      'leadTime',
    ]);
  });
});

describe('a request', () => {
  it('is a scheduled run when it says nothing', () =>
    expect(requestSchema.parse({})).toEqual({ mode: 'scheduled' }));

  it('for an emergency names anchors and a reason', () => {
    const request = { mode: 'emergency', anchors: ['cert_a'], reason: 'key leaked' };
    expect(requestSchema.parse(request)).toEqual(request);
    const bad = requestSchema.safeParse({ mode: 'emergency', anchors: [''], reason: ' ' });
    expect(bad.error?.issues.map(({ path }) => path.join('.'))).toEqual(['anchors.0', 'reason']);
  });

  it.each([{}, { mode: 'manual' }, { mode: 'emergency', anchors: ['cert_a'], reason: 'leaked' }])(
    'may say who started it: %j',
    (request) =>
      expect(requestSchema.parse({ ...request, startedBy: ' Zoë ' })).toMatchObject({ startedBy: 'Zoë' }),
  );

  it.each([
    [null],
    [{ startedBy: '' }],
    [{ startedBy: 'x'.repeat(129) }],
    [{ startedBy: 'ada\u001b[2J' }],
    [{ startedBy: 'ada\u2028bob' }],
    [{ startedBy: 7 }],
    ['now'],
    [7],
    [[]],
    [{ mode: 'fast' }],
    [{ mode: 'manual', anchors: ['a'] }],
    [{ anchors: [] }],
  ])('is refused when it is %j', (input) => expect(requestSchema.safeParse(input).success).toBe(false));

  it('that names a list of ids as one is refused at once: the table has no key as long (I16)', () => {
    const ids = Array.from({ length: 30 }, (_, i) => `cert_${i}`.padEnd(37, '0'));
    const naming = (anchors: string[]) =>
      requestSchema.safeParse({ mode: 'emergency', anchors, reason: 'leaked' });
    expect(naming(ids).success).toBe(true);
    expect(naming(['cert_a', ids.join(',')]).error?.issues).toMatchObject([
      { path: ['anchors', 1], message: expect.stringContaining('name each anchor by itself') },
    ]);
  });

  it('of thousands of names is taken, and one that leaves no room for an error beside it is told how much there is', () => {
    const naming = (count: number) => ({
      ...{ mode: 'emergency', anchors: ['cert_a'], reason: 'leaked' },
      leaveBehind: Array.from({ length: count }, (_, i) => `batch-worker-${i}`.padEnd(32, 'x')),
    });
    expect(requestSchema.safeParse(naming(5_000)).success).toBe(true);
    const { error } = requestSchema.safeParse(naming(6_000));
    expect(error?.issues.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^has 21\d{4} bytes, and may have 196608: /),
    ]);
  });

  it('is carried with its plan without what it asks to be allowed', () => {
    const request = { mode: 'emergency' as const, anchors: ['cert_a'], reason: 'leaked', startedBy: 'Zoë' };
    expect(asCarried({ ...request, leaveBehind: ['batch'], onListing: 'all' })).toEqual(request);
    const failing = { mode: 'scheduled' as const, failingSince: '2026-11-02T00:00:00Z' };
    expect(asCarried(failing)).toEqual(failing);
  });

  it('is carried with as many keys of CAs as fit beside its plan', () => {
    const keys = Array.from({ length: 2_800 }, (_, i) => i.toString(16).padStart(64, '0'));
    const request = { mode: 'emergency' as const, anchors: ['cert_a'], reason: 'leaked', keys };
    expect(JSON.stringify(asCarried(request)).length).toBeLessThan(8_000);
    expect(asCarried({ ...request, keys: keys.slice(0, 3) })).toEqual({ ...request, keys: keys.slice(0, 3) });
  });

  it('that names anchors and no mode is told how an emergency is asked for', () => {
    const { error } = requestSchema.safeParse({ anchors: ['cert_1'], reason: 'leaked' });
    expect(error?.issues.map(({ message }) => message).join()).toContain('"mode": "emergency"');
  });
});

describe('the soak', () => {
  const end = (soakDays: number, ...expiryDays: number[]) =>
    (soakEnd({
      ...{ provenAt: NOW, now: NOW },
      soakSeconds: soakDays * DAY,
      safetyMarginSeconds: 2 * DAY,
      retiringExpiries: expiryDays.map((days) => NOW + days * DAY),
    }) -
      NOW) /
    DAY;

  it('lasts as long as the policy says', () => expect(end(7, 30)).toBe(7));
  it('stays clear of the earliest retiring expiry by the safety margin', () => expect(end(7, 20, 5)).toBe(3));
  it('never ends before the proof', () => expect(end(7, 1)).toBe(0));
  it('is none where all have expired already: there is nothing to wait for', () =>
    expect(end(7, -3)).toBe(0));
  it('does not cost the others theirs where one has', () => expect(end(7, -3, 30)).toBe(7));
  it('takes an anchor for expired from the very second on', () => {
    const second = 1 / DAY;
    expect([end(7, 0), end(7, 0, 30), end(7, second), end(7, second, 30)]).toEqual([0, 7, 0, 0]);
  });
});

describe('a probe', () => {
  const subject = { client: 'api', host: 'https://h/v1', scope: 'proj_a', successor: 'new' };
  const accepted: Verdict = { kind: 'accepted' };
  const required: Verdict = { kind: 'refused', code: 'certificate_required' };
  const rejected: Verdict = { kind: 'refused', code: 'certificate_verification_failed' };
  const unknown: Verdict = { kind: 'inconclusive', why: 'timed out', passing: true };
  const revoked: Verdict = { kind: 'inconclusive', why: "the client's API key was refused: 401" };

  it('passes only when its control was refused and its leaf accepted (I8)', () => {
    expect(() => demandAccepted(required, accepted, subject)).not.toThrow();
  });

  it.each([
    ['NotEnforced', accepted, accepted],
    ['SuccessorRefused', required, rejected],
    ['ProbeInconclusive', required, unknown],
    ['ProbeRefused', required, revoked],
    ['ProbeRefused', revoked, accepted],
    ['ProbeInconclusive', unknown, accepted],
    ['ProbeInconclusive', rejected, accepted],
  ])('is %s otherwise, never a pass (I9)', (name, control, successor) => {
    expect(() => demandAccepted(control, successor, subject)).toThrow(expect.objectContaining({ name }));
  });

  it('waits for no API key that was revoked as it waits for a host that does not answer (I17)', () => {
    expect(retryableErrors).not.toContain('ProbeRefused');
    expect(propagationErrors).toContain('ProbeRefused');
  });

  it('with the retiring leaf proves revocation only by a refusal of that leaf', () => {
    expect(() => demandRefused(rejected, subject)).not.toThrow();
    expect(() => demandRefused(accepted, subject)).toThrow(
      expect.objectContaining({ name: 'RetiringStillAccepted' }),
    );
    for (const verdict of [unknown, required])
      expect(() => demandRefused(verdict, subject)).toThrow(
        expect.objectContaining({ name: 'RevocationInconclusive' }),
      );
  });
});
