import { expect, it } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { createRestlessWatch } from '../../../../simulation/judges/blocking/restless.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const MINUTE = 60;

type Run = {
  /** How many minutes the run takes, and how many minutes after its end the next one comes. */
  minutes: number;
  gap: number;
  /** Whether its plan says when the next run comes. */
  isPlanned: boolean;
  /** The step that sets the schedule. */
  step?: 'release' | 'schedule-next';
  /** Whether something breaks while the run is at work. */
  isTroubled?: boolean;
  /** Whether an emergency names an anchor meanwhile, even by a wrong id. */
  isNamedIn?: boolean;
};

/** Returns the findings for runs that change nothing, one after another. Clocks may be `skew` seconds wrong. */
function foundAfter(runs: readonly Run[], skew = 0): string[] {
  const calm = calmScenario();
  const scenario = { ...calm, faultRates: { ...calm.faultRates, skew } };
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createRestlessWatch({ replay, rules: createRules(scenario), scenario });
  let began = NOW;
  const story = runs.map(
    ({ minutes, gap, isPlanned, step = 'release', isTroubled, isNamedIn }, n): LoggedEvent[] => {
      const [execution, begins, ends] = [`next#${n}`, began, began + minutes * MINUTE];
      const next = instant(ends + gap * MINUTE);
      began = ends + gap * MINUTE;
      const of = (invocation: number) => ({ execution, invocation: 10 * n + invocation });
      const plan = { decision: 'rotate', ...(isPlanned && { leftAgainAt: next }) };
      return [
        { at: 1_000 * begins, what: 'schedule', by: 'scheduler', next: null } as never,
        { at: 1_000 * begins, what: 'started', execution, request: { mode: 'scheduled' } },
        { at: 1_000 * begins, what: 'invoked', ...of(1), state: 'Plan', step: 'plan', input: {} },
        { at: 1_000 * begins, what: 'returned', ...of(1), result: plan, heard: true },
        ...(isTroubled
          ? [{ at: 1_000 * begins, what: 'trouble', broken: 'admin key', mended: false } as const]
          : []),
        ...(isNamedIn
          ? [
              {
                ...{ at: 1_000 * begins, what: 'compromised' as const, anchorId: `cert_gone${n}` },
                by: { execution: 'emergency', invocation: 99 },
              } as const,
            ]
          : []),
        { at: 1_000 * ends, what: 'invoked', ...of(2), state: step, step, input: {} },
        { at: 1_000 * ends, what: 'schedule', by: of(2), next },
        { at: 1_000 * ends, what: 'ended', execution, error: 'ProbeInconclusive', cause: '' },
      ];
    },
  );
  return story.flat().flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

/** Returns the findings for runs that halt without a change. The next run comes five minutes after each. */
const foundOf = (runs: number, each: Pick<Run, 'minutes' | 'isPlanned' | 'isNamedIn'>): string[] =>
  foundAfter(Array.from({ length: runs }, () => ({ ...each, gap: 5 })));

it('rule 6: a run that comes right after another, and after a third, with nothing changed, has waited for nothing', () => {
  expect(foundOf(4, { minutes: 45, isPlanned: false })).not.toEqual([]);
});

it('rule 6: one that comes when the plan has said counts from that plan, however long the halt took', () => {
  expect(foundOf(4, { minutes: 45, isPlanned: true })).toEqual([]);
  expect(foundOf(4, { minutes: 1, isPlanned: true })).not.toEqual([]);
});

it('rule 6: a gap grows from what was planned, where slow steps have put the run before off', () => {
  const slow = { minutes: 3.3, gap: 5, isPlanned: false, step: 'schedule-next' as const };
  const grows = { ...slow, minutes: 0, gap: 10 };
  expect(foundAfter([slow, slow, grows])).toEqual([]);
  expect(foundAfter([slow, slow, slow])).not.toEqual([]);
  expect(foundAfter([slow, slow, { ...grows, gap: 5 }])).not.toEqual([]);
});

it('rule 6: gaps begin anew where something broke while the run before was at work: it may have looked before that', () => {
  const each = { minutes: 2, gap: 5, isPlanned: false };
  const troubled = { ...each, isTroubled: true };
  expect(foundAfter([each, each, troubled, each])).toEqual([]);
  expect(foundAfter([each, each, each, each])).toHaveLength(2);
  // The run after that has seen the trouble from its beginning.
  expect(foundAfter([each, troubled, each, each])).toHaveLength(1);
});

it('I15: unless an emergency has named something while it was at work: it was told so, and has ended', () => {
  expect(foundOf(4, { minutes: 45, isPlanned: false, isNamedIn: true })).toEqual([]);
});

it('rule 6: three clocks have a say in when a run comes: of the halt that its gap grows from, and of its own twice', () => {
  const gaps = [5, 9, 1].map((gap) => ({ minutes: 0, gap, isPlanned: false }));
  expect(foundAfter(gaps, 240)).toEqual([]);
  expect(foundAfter(gaps, 120)).not.toEqual([]);
});
