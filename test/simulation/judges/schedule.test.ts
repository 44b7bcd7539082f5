import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import { createScheduleWatch } from '../../../simulation/judges/schedule.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const at = 1000 * NOW;
const by = { execution: 'one', invocation: 1 };
const lease = { holder: 'other', mode: 'emergency', token: 2, takenAt: instant(NOW), released: false };

/**
 * Returns the findings for a run that sets the schedule in its Release, after it has read that another run
 * has the lease.
 */
function saidOf({ hasDied }: { hasDied: boolean }): string[] {
  const scenario = calmScenario();
  const replay = createReplay({ projects: ['proj_a'] });
  const watch = createScheduleWatch({ replay, rules: createRules(scenario), scenario });
  const read = { op: 'lease', about: 'lease lease', changes: false, action: 'dynamodb:GetItem' };
  const story = [
    { at, what: 'started', execution: 'one', request: {} },
    { at, what: 'started', execution: 'other', request: {} },
    { at, what: 'lease', lease },
    { at, what: 'invoked', ...by, state: 'Release', step: 'release', input: { plan: {} } },
    { at, what: 'demanding', ...by },
    { at, what: 'called', ...by, call: read, answer: { Item: lease } },
    ...(hasDied ? [{ at, what: 'ended', execution: 'other', error: 'Aborted', cause: '' }] : []),
    { at, what: 'schedule', by, next: instant(NOW + 300) },
  ] as LoggedEvent[];
  return story.flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
}

it('who has been taken over from sets no schedule (I12)', () => {
  expect(saidOf({ hasDied: false })).toEqual(['lease']);
});

it('but where whoever has taken over has died since (rule 6)', () => {
  expect(saidOf({ hasDied: true })).toEqual([]);
});
