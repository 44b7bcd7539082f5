import { expect, test } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { createDeadRunsWatch } from '../../../../simulation/judges/emergencies/dead-runs.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import { type LoggedEvent, STOPPED } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;

type Told = Partial<Record<string, unknown>>;

/**
 * Returns the findings for two runs that die at the same time while an anchor is compromised. The times in
 * `story` are in seconds from their deaths.
 */
function saidOf(story: [seconds: number, event: Told][]): string[] {
  const scenario = calmScenario();
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createDeadRunsWatch({ replay, rules: createRules(scenario), scenario });
  const named = { what: 'compromised', by: 'setup', anchorId: 'cert_leaked' };
  const whole: [number, Told][] = [
    [-HOUR, named],
    ...['first', 'second'].map((execution): [number, Told] => [
      -HOUR,
      { what: 'started', execution, request: {} },
    ]),
    ...story.filter(([seconds]) => seconds < 0),
    ...['first', 'second'].map((execution): [number, Told] => [
      0,
      { what: 'ended', execution, error: 'Aborted', cause: '' },
    ]),
    ...story.filter(([seconds]) => seconds >= 0),
    [DAY, { what: 'hold', hold: [] }],
  ];
  return whole
    .map(([seconds, event]) => ({ at: 1000 * (NOW + seconds), ...event }) as LoggedEvent)
    .flatMap((event) => {
      const found = watch(event).map(({ what }) => what.split(' ')[0] ?? '');
      replay.apply(event);
      return found;
    });
}

/** A step of a run that schedules the next run for `comes` seconds after the deaths. */
const sets = (execution: string, step: 'plan' | 'release', comes: number, invocation = 1): Told[] => {
  const state = step === 'plan' ? 'Plan' : 'After a run that died';
  return [
    { what: 'invoked', execution, invocation, state, step, input: {} },
    { what: 'schedule', by: { execution, invocation }, next: instant(NOW + comes) },
    { what: 'returned', execution, invocation, result: {}, heard: true },
  ];
};
const looks = (execution: string, invocation: number, comes = 5 * MINUTE): [number, Told][] =>
  sets(execution, 'release', comes, invocation).map((event) => [2, event]);

test('what a dead run leaves is tried again within minutes (I16)', () => {
  expect(saidOf([...looks('first', 1), ...looks('second', 2)])).toEqual([]);
  const tooLate = [...looks('first', 1, 5 * HOUR), ...looks('second', 2, 5 * HOUR)];
  expect(saidOf(tooLate)).toEqual(['first', 'second']);
});

test('a call that was on its way when its own run died may put that off again: nobody could know of it', () => {
  const [called, set] = sets('second', 'plan', 5 * HOUR, 3) as [Told, Told];
  const late: [number, Told][] = [
    [-MINUTE, called],
    [20, set],
  ];
  const followed = [...looks('first', 1), ...looks('second', 2)];
  expect(saidOf([...followed, ...late])).toEqual([]);
  // The schedule was too late already, so the late call put nothing off.
  expect(saidOf([...looks('first', 1, 4 * HOUR), ...late])).toEqual(['first']);
  // A run that looks after a death knows the earlier schedule.
  const another = sets('second', 'release', 5 * HOUR, 3).map((event): [number, Told] => [20, event]);
  expect(saidOf([...followed, ...another])).toEqual(['first', 'second']);
});

/** Both deaths are looked at, and no run is scheduled. */
const nobody = ['first', 'second'].flatMap((execution, i) =>
  looks(execution, i + 1).filter(([, { what }]) => what !== 'schedule'),
);

test('whoever stops a run by `windlass stop` has been told what it leaves; who only waits to has not', () => {
  expect(saidOf(nobody)).toEqual(['first', 'second']);
  const killed = (why: string): [number, Told] => [-1, { what: 'killed', execution: 'first', why }];
  expect(saidOf([killed(STOPPED), ...nobody])).toEqual(['second']);
  expect(saidOf([killed('stopped in the console'), ...nobody])).toEqual(['first', 'second']);
});
