import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { createRestlessWatch } from '../../../simulation/judges/blocking/restless.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const MINUTE = 60;

/** Runs that halt after so many minutes without a change, each with the next one five minutes later, as the plan of each said, or not. */
function foundOf(runs: number, { minutes, isPlanned }: { minutes: number; isPlanned: boolean }): string[] {
  const scenario = calmScenario();
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createRestlessWatch({ replay, rules: createRules(scenario), scenario });
  const story = Array.from({ length: runs }, (_, n): LoggedEvent[] => {
    const began = NOW + n * (minutes + 5) * MINUTE;
    const [execution, ends] = [`next#${n}`, began + minutes * MINUTE];
    const next = instant(ends + 5 * MINUTE);
    const of = (invocation: number) => ({ execution, invocation: 10 * n + invocation });
    const plan = { decision: 'rotate', ...(isPlanned && { leftAgainAt: next }) };
    return [
      { at: 1_000 * began, what: 'schedule', by: 'scheduler', next: null } as never,
      { at: 1_000 * began, what: 'started', execution, request: { mode: 'scheduled' } },
      { at: 1_000 * began, what: 'invoked', ...of(1), state: 'Plan', step: 'plan', input: {} },
      { at: 1_000 * began, what: 'returned', ...of(1), result: plan, heard: true },
      { at: 1_000 * ends, what: 'invoked', ...of(2), state: 'Release', step: 'release', input: {} },
      { at: 1_000 * ends, what: 'schedule', by: of(2), next },
      { at: 1_000 * ends, what: 'ended', execution, error: 'ProbeInconclusive', cause: '' },
    ];
  });
  return story.flat().flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

it('rule 6: a run that comes right after another, and after a third, with nothing changed, has waited for nothing', () => {
  expect(foundOf(4, { minutes: 45, isPlanned: false })).not.toEqual([]);
});

it('rule 6: one that comes when the plan has said counts from that plan, however long the halt took', () => {
  expect(foundOf(4, { minutes: 45, isPlanned: true })).toEqual([]);
  expect(foundOf(4, { minutes: 1, isPlanned: true })).not.toEqual([]);
});
