import { expect, test } from 'vitest';
import { createUnreadKeysWatch } from '../../../../simulation/judges/emergencies/unread-keys.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

type Told = Partial<Record<string, unknown>>;

/**
 * Returns the findings for a run that has reported a suspect. `after` are the events after its end, in
 * minutes from then.
 */
function saidOf(after: [minutes: number, event: Told][], isBroken = true): string[] {
  const scenario = calmScenario();
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createUnreadKeysWatch({ replay, rules: createRules(scenario), scenario });
  const result = { blocked: [{ anchor: 'cert_odd', reason: 'it may have a compromised key' }] };
  const events: [number, Told][] = [
    ...(isBroken
      ? ([[-60, { what: 'trouble', broken: 'unreadable cert_odd', mended: false }]] as [number, Told][])
      : []),
    [-30, { what: 'started', execution: 'one', request: {} }],
    [-29, { what: 'invoked', execution: 'one', invocation: 1, state: 'Plan', step: 'plan', input: {} }],
    [-9, { what: 'returned', execution: 'one', invocation: 1, result, heard: true }],
    [0, { what: 'ended', execution: 'one', error: 'Blocked', cause: '' }],
    ...after,
    [1_440, { what: 'hold', hold: [] }],
  ];
  return events
    .map(([minutes, event]) => ({ at: 1_000 * (NOW + 60 * minutes), ...event }) as LoggedEvent)
    .flatMap((event) => {
      const found = watch(event).map(({ what }) => what.split(' ')[0] ?? '');
      replay.apply(event);
      return found;
    });
}

const next = (minutes: number): [number, Told] => [
  minutes,
  { what: 'started', execution: 'two', request: {} },
];

test('for an anchor whose certificate does not come a run comes within the hour, where its key may have leaked (I9, I15)', () => {
  expect(saidOf([])).toEqual(['cert_odd']);
  expect(saidOf([next(600)])).toEqual(['cert_odd']);
  expect(saidOf([next(60)])).toEqual([]);
});

test('a certificate that a person has to see to is no reason for a run', () => {
  expect(saidOf([], false)).toEqual([]);
});
