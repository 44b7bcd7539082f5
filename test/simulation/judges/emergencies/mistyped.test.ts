import { expect, test } from 'vitest';
import { createMistypedWatch } from '../../../../simulation/judges/emergencies/mistyped.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario } from '../calm-scenario.ts';

const started = (execution: string, request = {}): LoggedEvent => ({
  ...{ at: 1, what: 'started', execution, request },
});
const asked = (execution: string, step: 'plan' | 'release', input = {}): LoggedEvent => ({
  ...{ at: 1, what: 'invoked', execution, invocation: idOf(execution, step), state: step, step, input },
});
const planned = (execution: string, ...ids: string[]): LoggedEvent => ({
  ...{ at: 1, what: 'returned', execution, invocation: idOf(execution, 'plan'), heard: true },
  result: { mode: 'scheduled', decision: 'idle', blocked: ids.map((anchor) => ({ anchor, reason: '' })) },
});
const ended = (execution: string, error: string | null): LoggedEvent => ({
  ...{ at: 1, what: 'ended', execution, error, cause: '' },
});
const idOf = (execution: string, step: string): number => [...`${execution} ${step}`].length * 31;

/** An emergency whose Plan never ran. Its anchor is remembered all the same. */
const died: LoggedEvent[] = [
  started('emergency', { mode: 'emergency', anchors: ['cert_gone'], reason: 'leaked' }),
  { at: 1, what: 'compromised', by: { execution: 'emergency', invocation: 1 }, anchorId: 'cert_gone' },
  ended('emergency', 'Lambda.TooManyRequestsException'),
];

/** Returns the findings for the events that follow that emergency. */
function foundIn(...story: LoggedEvent[]): string[] {
  const replay = createReplay();
  const scenario = calmScenario();
  const watch = createMistypedWatch({ replay, rules: createRules(scenario), scenario });
  return [...died, ...story].flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
}

const first = [started('first'), asked('first', 'plan'), planned('first', 'cert_gone')];
/** A run that looks while another is about to end, and says nothing. */
const second = [started('second'), asked('second', 'plan'), planned('second')];

test('a run that ends well, and has said nothing of an id that never existed, is silent (I13, I15)', () => {
  expect(foundIn(...second, ended('second', null))).toEqual(['silent']);
});

test.each(['Blocked', 'Sandbox.Timedout'])(
  'what another has ended red for in its Release (%s) is not said again',
  (error) => {
    const releases = asked('first', 'release', { plan: {} });
    expect(foundIn(...first, releases, ...second, ended('first', error), ended('second', null))).toEqual([]);
    expect(foundIn(...first, releases, ...second, ended('second', null), ended('first', error))).toEqual([]);
    expect(foundIn(...first, releases, ended('first', null), ...second, ended('second', null))).toEqual([
      'silent',
    ]);
  },
);

test('one that halts, or is ended before its Release, has told nobody', () => {
  const halts = asked('first', 'release', { plan: {}, halt: { Error: 'ProbeRefused', Cause: '' } });
  for (const end of [[halts, ended('first', 'ProbeRefused')], [ended('first', 'Aborted')]])
    expect(foundIn(...first, ...end, ...second, ended('second', null))).toEqual(['silent']);
});
