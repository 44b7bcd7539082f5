import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { servedBy } from '../../../simulation/judges/promises/soak-length.ts';
import { createPromotionWatch } from '../../../simulation/judges/promotion.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const DAY = 86_400;

/**
 * Returns after how many days a succession has served its soak. The run announces that its own soak ends at
 * once, because another of its anchors has expired.
 */
function servedAfter({
  held,
  lasts,
  unproven = [],
}: {
  held: boolean;
  lasts: number;
  unproven?: string[];
}): number {
  const policy = policySchema.parse({ soak: 'P3D', safetyMargin: 'P1D' });
  const about = { name: 'acme@0', line: 'acme', generation: 0, renewed: false, validAt: NOW - DAY };
  const anchors = [{ ...about, id: 'cert_acme0', expiresAt: NOW + lasts * DAY, activeIn: ['proj_a'] }];
  const scenario = calmScenario({ policy, anchors });
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', ...(held && { held: true }) };
  const scopes = [{ scope: 'proj_a', successions: [pair], checks: [] }];
  const plan = { waves: [{ name: 'projects' as const, scopes }] };
  const context = { replay: createReplay({ projects: ['proj_a'] }), rules: createRules(scenario), scenario };
  return (servedBy(pair, { plan, soakUntil: NOW, provenBy: NOW, unproven }, context) - NOW) / DAY;
}

it('has what a run cuts nothing of soak to its own end, whatever the run hurries for (rule 5)', () => {
  expect(servedAfter({ held: false, lasts: 30 })).toBe(0);
  expect(servedAfter({ held: true, lasts: 30 })).toBe(3);
  expect(servedAfter({ held: true, lasts: 2 })).toBe(1);
  // The run does not cut either where a client that could not be moved holds the scope.
  expect(servedAfter({ held: false, lasts: 30, unproven: ['proj_a'] })).toBe(3);
});

const SUCCESSION = { retiring: 'cert_acme0', successor: 'cert_acme1' };

/**
 * A promotion `on` days after NOW. It has the scopes of the succession, of which those in `unproven` are not
 * proven, and the day until which it soaks. `untold` is the version of the client's secret that its plan
 * could not read.
 */
type Run = {
  on: number;
  until: number;
  scopes: readonly string[];
  unproven?: readonly string[];
  /** Whether all its scopes halt before the promotion. */
  isHalted?: boolean;
  /** The scopes in which the plan holds the cut. */
  held?: readonly string[];
  untold?: 'AWSCURRENT' | 'AWSPENDING';
  /**
   * A scope of another retiring anchor with this successor, in which a witness gets in. The run halts after
   * its promotion.
   */
  widened?: string;
};
/** A change of trust by one of our runs, beside the promotions. */
type Change = { on: number; scope: string; active: boolean; anchorId: string };

/**
 * Whether the judge finds a soak that is served twice. The client runs on the successor and has a leaf of
 * `staged` to move to.
 */
function isTwice(story: readonly (Run | Change)[], staged = 'cert_acme1'): boolean {
  const policy = policySchema.parse({ soak: 'P1D' });
  const about = { line: 'acme', renewed: false, validAt: NOW - DAY, activeIn: [] };
  const anchors = [20, 90].map((days, n) => ({
    ...{ ...about, id: `cert_acme${n}`, name: `acme@${n}`, generation: n, expiresAt: NOW + days * DAY },
  }));
  const clients = [{ name: 'api', project: 'proj_a', running: { anchor: 'cert_acme1' }, staged: null }];
  const scenario = calmScenario({ policy, anchors, clients });
  const replay = createReplay({ projects: ['proj_a'] });
  const watch = createPromotionWatch({ replay, rules: createRules(scenario), scenario });
  const trust = ({ on, scope, active, anchorId }: Change, by: unknown): object => ({
    ...{ at: 1000 * (NOW + on * DAY), what: 'trust', by, scope, active, anchorIds: [anchorId] },
  });
  const stood = ['proj_a', 'organization'].map((scope) =>
    trust({ on: 0, scope, active: true, anchorId: 'cert_acme0' }, 'setup'),
  );
  const leaf = (stage: string, to: string): object => ({
    ...{ at: 1000 * NOW, what: 'leaf', by: 'setup', client: 'api', stage, from: null, to },
  });
  const held = [leaf('AWSCURRENT', 'cert_acme1#1'), leaf('AWSPENDING', `${staged}#1`)];
  const told = story.flatMap((one, n) =>
    'scopes' in one ? eventsOf(one, n) : [trust(one, { execution: `run#${n}`, invocation: 10 * n })],
  );
  const kinds = ([...stood, ...held, ...told] as LoggedEvent[]).flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
  return kinds.includes('soakedTwice');
}

function eventsOf(
  { on, until, scopes, unproven = [], isHalted = false, held = [], untold, widened }: Run,
  n: number,
): object[] {
  const [execution, at] = [`run#${n}`, 1000 * (NOW + on * DAY)];
  const of = (invocation: number) => ({ at, execution, invocation: 10 * n + invocation });
  const step = (invocation: number, name: string, input: object) =>
    ({ ...of(invocation), what: 'invoked', state: name, step: name, input }) as const;
  const successions = [SUCCESSION];
  const planned = (scope: string) => ({
    scope,
    successions: held.includes(scope) ? [{ ...SUCCESSION, held: true }] : successions,
    checks: [],
  });
  const waves = [{ name: 'projects', scopes: scopes.map(planned) }];
  if (widened) {
    const beside = [{ retiring: 'cert_acmex', successor: SUCCESSION.successor }];
    waves.push({ name: 'projects', scopes: [{ scope: widened, successions: beside, checks: [] }] });
  }
  const plan = { decision: 'rotate', plannedAt: instant(at / 1000), promotions: [], successions, waves };
  const proven = (scope: string, i: number) =>
    step(2 + i, 'conclude-scope', {
      phase: 'overlap',
      verdict: { scope, verdict: isHalted ? 'halted' : 'proven' },
    });
  const result = { promoted: [], alreadyCurrent: [], soakUntil: instant(NOW + until * DAY) };
  const entry = { event: 'promoted', detail: { unproven } };
  const call = { op: 'secret', about: `GetSecretValue api ${untold}`, changes: false };
  return [
    step(1, 'plan', {}),
    ...(untold ? [{ ...of(1), what: 'fault', address: '', fault: 'malformed', call }] : []),
    ...scopes.map(proven),
    ...(widened
      ? [step(7, 'conclude-scope', { phase: 'overlap', verdict: { ...WIDENED, scope: widened } })]
      : []),
    step(8, 'promote', { plan, ...(widened && { halt: {} }) }),
    { at, what: 'recorded', by: { execution, invocation: 10 * n + 8 }, entry },
    { ...of(8), what: 'returned', result, heard: true },
  ];
}

const WIDENED = { verdict: 'halted', error: 'TrustWidened' };
const EVERYWHERE = ['proj_a', 'organization'];

it('has a soak count where it was served: what is cut there by then soaks for itself where it was left out (rule 5)', () => {
  const first = { on: 0, until: 1, scopes: ['proj_a'] };
  const cut = { on: 2, scope: 'proj_a', active: false, anchorId: 'cert_acme0' };
  expect(isTwice([first, cut, { on: 3, until: 4, scopes: ['organization'] }])).toBe(false);
  expect(isTwice([first, { on: 3, until: 4, scopes: EVERYWHERE }])).toBe(true);
});

it('has what failed for days to be cut where it has soaked soak once more with a scope that was left out (rule 5, I17)', () => {
  const first = { on: 0, until: 1, scopes: EVERYWHERE, unproven: ['organization'] };
  const goesOn = { on: 2, until: 2, scopes: ['proj_a'] };
  expect(isTwice([first, goesOn, { on: 5, until: 6, scopes: EVERYWHERE }])).toBe(false);
  // Where the cut is held in the scope that has soaked, the others do not wait for it.
  expect(isTwice([first, goesOn, { on: 3, until: 4, scopes: EVERYWHERE, held: ['proj_a'] }])).toBe(false);
  expect(isTwice([first, goesOn, { on: 3, until: 4, scopes: EVERYWHERE, held: ['organization'] }])).toBe(
    true,
  );
  // Within days, the scope that has soaked is cut first. There is also no reason to soak again where every
  // scope has soaked, or where the run takes on no scope that was left out.
  expect(isTwice([first, goesOn, { on: 3, until: 4, scopes: EVERYWHERE }])).toBe(true);
  expect(
    isTwice([
      { ...first, unproven: [] },
      { on: 5, until: 6, scopes: EVERYWHERE },
    ]),
  ).toBe(true);
  expect(isTwice([first, { on: 5, until: 6, scopes: ['proj_a'] }])).toBe(true);
});

it('has a soak go on where it was that another run would have cut short, though its successor was activated elsewhere meanwhile (rule 5)', () => {
  const first = { on: 0, until: 1, scopes: ['proj_a'] };
  const elsewhere = { on: 0.1, scope: 'proj_b', active: true, anchorId: 'cert_acme1' };
  const hurried = { on: 0.2, until: 0.5, scopes: ['proj_a'] };
  expect(isTwice([first, elsewhere, hurried, { on: 0.6, until: 1, scopes: ['proj_a'] }])).toBe(false);
  expect(isTwice([first, elsewhere, hurried, { on: 1.2, until: 2, scopes: ['proj_a'] }])).toBe(true);
});

it('has a plan begin another soak for who may have to move, since it was not told what he runs on (I9)', () => {
  const first = { on: 0, until: 1, scopes: EVERYWHERE };
  const second = (untold: Run['untold']): Run => ({
    on: 3,
    until: 4,
    scopes: EVERYWHERE,
    ...(untold && { untold }),
  });
  expect(isTwice([first, second('AWSCURRENT')])).toBe(false);
  expect(isTwice([first, second('AWSPENDING')])).toBe(true);
  expect(isTwice([first, second('AWSCURRENT')], 'cert_acme0')).toBe(true);
});

it('has a soak last as long as one that may have begun in a run that halted for a witness, whichever successor let that one in (rule 5)', () => {
  const halted = { on: 0, until: 0, scopes: ['proj_a'], unproven: ['proj_a'], widened: 'proj_c' };
  const hurried = { on: 0.1, until: 0.5, scopes: ['proj_a'] };
  expect(isTwice([halted, hurried, { on: 0.7, until: 1, scopes: ['proj_a'] }])).toBe(false);
  expect(isTwice([halted, hurried, { on: 1.2, until: 2, scopes: ['proj_a'] }])).toBe(true);
  expect(isTwice([hurried, { on: 0.7, until: 1, scopes: ['proj_a'] }])).toBe(true);
});

it('asks of what was proven nowhere in a run for no soak of its own: nothing of it is cut (I17)', () => {
  const first = { on: 0, until: 1, scopes: EVERYWHERE };
  const second = { on: 3, until: 4, scopes: EVERYWHERE };
  expect(isTwice([first, { ...second, isHalted: true }])).toBe(false);
  expect(isTwice([first, second])).toBe(true);
});
