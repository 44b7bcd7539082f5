import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { createInTimeWatch } from '../../../simulation/judges/emergencies/in-time.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const MINUTE = 60;

/** What is said of an emergency that failed after some minutes, as Release has seen or not, where another run was set so many minutes after that end. */
function saidOf({ isReleased, setAfter }: { isReleased: boolean; setAfter: number | null }): string[] {
  const scenario = calmScenario({
    anchors: [{ id: 'cert_leaked', name: 'acme@1', expiresAt: NOW + 9e6 }] as never,
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createInTimeWatch({ replay, rules: createRules(scenario), scenario });
  const execution = 'emergency#1';
  const ends = NOW + 40 * MINUTE;
  const at = (seconds: number) => 1_000 * seconds;
  const of = { execution, invocation: 1 };
  const request = { mode: 'emergency', anchors: ['cert_leaked'], reason: 'its key leaked' };
  const trust = {
    what: 'trust',
    by: 'outsider',
    scope: 'organization',
    anchorIds: ['cert_leaked'],
    active: true,
  };
  const set = { at: at(ends + (setAfter ?? 0) * MINUTE), what: 'schedule', by: of };
  const story = [
    { at: at(NOW), ...trust },
    { at: at(NOW), what: 'started', execution, request },
    { at: at(ends), what: 'invoked', ...of, state: 'Release without a plan', step: 'release', input: {} },
    ...(isReleased ? [{ at: at(ends), what: 'recorded', by: of, entry: { event: 'ended', execution } }] : []),
    { at: at(ends), what: 'ended', execution, error: 'Sandbox.Timedout', cause: '' },
    ...(setAfter === null ? [] : [{ ...set, next: instant(ends + (setAfter + 5) * MINUTE) }]),
    { at: at(ends + 3_600), what: 'schedule', by: 'outsider', next: null },
  ] as LoggedEvent[];
  return story.flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

it('I16: what an emergency leaves is tried again within minutes, and it sets that itself before it ends', () => {
  expect(saidOf({ isReleased: true, setAfter: 2 })).toHaveLength(1);
});

it('I11: one that died in Release, or before it, is followed by what is told of its end', () => {
  expect(saidOf({ isReleased: false, setAfter: 2 })).toEqual([]);
  expect(saidOf({ isReleased: false, setAfter: 20 })).toHaveLength(1);
  expect(saidOf({ isReleased: false, setAfter: null })).toHaveLength(1);
});
