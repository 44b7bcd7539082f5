import { describe, expect, it } from 'vitest';
import type { LeafFacts } from '../../../lambdas/domain/leaf/leaf-facts.ts';
import type { PlanningFacts } from '../../../lambdas/domain/planning/facts.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const EMERGENCY: Request = { mode: 'emergency', anchors: ['cert_old'], reason: 'its key leaked' };

/**
 * Returns the plan of a cut for which one client is ready. The running leaf of batch ended `ago` seconds ago,
 * unless `run` says otherwise.
 */
function cutUnder(
  ago: number,
  request: Request = { mode: 'scheduled' },
  staged?: LeafFacts,
  ready = client('ready', 'proj_a', 'cert_old', 'cert_new'),
  { run = {}, keys }: { run?: Partial<LeafFacts>; keys?: PlanningFacts['keys'] } = {},
) {
  const ended = {
    ...leaf('batch:old', 'cert_old'),
    endsAt: NOW - ago,
    validUntil: {},
    problems: ['the leaf expired'],
    ...run,
  };
  return plan({
    ...(keys && { keys }),
    inventory: inventoryOf(
      [
        anchor('cert_old', 'acme@2025', 20),
        anchor('cert_new', 'acme@2026', 400),
        anchor('cert_x', 'x@1', 900),
      ],
      { proj_a: ['cert_old', 'cert_x'] },
    ),
    policy: policyOf(),
    request,
    now: NOW,
    clients: [ready, { ...client('batch', 'proj_a'), running: ended, staged: staged ?? null }],
  });
}

describe('a client whose leaf has expired, and that gets in nowhere (I17)', () => {
  it.each([EMERGENCY, { mode: 'scheduled' } as const])(
    'keeps nothing from being cut, and is told by name: $mode',
    (request) => {
      const { blocked, warnings, waves } = cutUnder(30 * DAY, request);
      expect(blocked).toEqual([]);
      expect(waves[0]?.scopes[0]?.successions).toEqual([
        {
          ...{ retiring: 'cert_old', successor: 'cert_new' },
          ...(request === EMERGENCY && { compromised: true }),
        },
      ]);
      expect(warnings?.join()).toMatch(/has expired.*batch \(2026-10-24/);
    },
  );

  it('is moved as anybody else where it has a leaf to move to, and nothing is told of it', () => {
    const { promotions, warnings } = cutUnder(30 * DAY, { mode: 'scheduled' }, leaf('batch:new', 'cert_new'));
    expect(promotions.map((one) => one.client)).toContain('batch');
    expect(warnings?.join() ?? '').not.toContain('batch');
  });

  it('is not awaited by the cut where it has a leaf to move to', () => {
    const { waves } = cutUnder(30 * DAY, { mode: 'scheduled' }, leaf('batch:new', 'cert_new'));
    expect(waves[0]?.scopes[0]?.awaits).toEqual(['ready']);
  });

  it('has its silence excused in an emergency alone, where a probe of another proves the scope', () => {
    const excusedIn = (request: Request, ago: number) =>
      cutUnder(ago, request, leaf('batch:new', 'cert_new')).waves[0]?.scopes[0]?.checks.map((one) => [
        one.client,
        one.excused,
      ]);
    expect(excusedIn(EMERGENCY, 30 * DAY)).toEqual([
      ['ready', undefined],
      ['batch', 'silence'],
    ]);
    expect(excusedIn(EMERGENCY, 3_000)).toContainEqual(['batch', undefined]);
    expect(excusedIn({ mode: 'scheduled' }, 30 * DAY)).toContainEqual(['batch', undefined]);
  });

  it('has it not where that other could get in by something else as well, and so proves less (I8)', () => {
    const ready = {
      ...client('ready', 'proj_a', 'cert_old'),
      staged: leaf('ready:both', 'cert_new', 'cert_x'),
    };
    const { waves } = cutUnder(30 * DAY, EMERGENCY, leaf('batch:new', 'cert_new'), ready);
    const [share] = waves[0]?.scopes ?? [];
    expect(share?.checks.map((one) => [one.client, one.excused])).toEqual([
      ['ready', undefined],
      ['batch', undefined],
    ]);
  });

  it('holds the cut for an hour after it: the clock of a host may be late', () => {
    expect(cutUnder(3_000, EMERGENCY).blocked).toMatchObject([{ anchor: 'cert_old', client: 'batch' }]);
  });
});

describe('a client whose leaf lasts, and no whole path of it does any more (I17)', () => {
  /** As {@link cutUnder}, with a leaf that lasts and an intermediate that ended `ago` seconds ago. */
  const under = (
    ago: number,
    { run, keys }: { run?: Partial<LeafFacts>; keys?: PlanningFacts['keys'] } = {},
  ) =>
    cutUnder(-30 * DAY, { mode: 'scheduled' }, undefined, undefined, {
      run: { problems: [], pathsEndedAt: NOW - ago, ...run },
      ...(keys && { keys }),
    });
  const isHeld = { anchor: 'cert_old', client: 'batch' };

  it('keeps nothing from being cut, and is told by name with the time from which it was outside', () => {
    const { blocked, warnings } = under(DAY);
    expect(blocked).toEqual([]);
    expect(warnings?.join()).toMatch(/or an intermediate of it, has expired.*batch \(2026-11-22/);
  });

  it('holds the cut for an hour after it, as one whose leaf has expired', () => {
    expect(under(3_000).blocked).toMatchObject([isHeld]);
  });

  it('holds it as long as some host may go by its key and name alone, or by what nobody could read (I9)', () => {
    const keys = new Map(['cert_old', 'cert_new'].map((id) => [id, { digest: id, vouchesFor: [] }]));
    expect(under(DAY, { run: { signedBy: ['cert_x'] } }).blocked).toMatchObject([isHeld]);
    expect(under(DAY, { keys }).blocked).toMatchObject([isHeld]);
    expect(
      under(DAY, { keys: new Map([...keys, ['cert_x', { digest: 'x', vouchesFor: [] }]]) }).blocked,
    ).toEqual([]);
  });
});
