import { expect, it } from 'vitest';
import { createRules } from '../../../simulation/judges/rules.ts';
import { createEndWatch } from '../../../simulation/judges/runs.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const at = 1_000 * NOW;
const of = (invocation: number) => ({ at, execution: 'run', invocation });
const asked = (invocation: number, step: string, shard?: number): LoggedEvent => ({
  ...{ ...of(invocation), what: 'invoked', state: step, step },
  input: { plan: { scope: 'proj_a' }, ...(shard !== undefined && { shard: { at: shard, of: 2 } }) },
});
const fails = (invocation: number, shard?: number): LoggedEvent[] => [
  asked(invocation, 'confirm', shard),
  { ...of(invocation), what: 'failed', error: 'JournalUnavailable', message: 'no answer' },
];
const ends = (invocation: number, shard?: number, heard = true): LoggedEvent[] => [
  asked(invocation, 'confirm', shard),
  { ...of(invocation), what: 'returned', result: { scope: 'proj_a', isLeft: true }, heard },
];

/**
 * Returns the findings for a run that cuts a project, looks at it in these ways, leaves the cut unconfirmed
 * and ends red.
 */
function foundAfter(looks: readonly LoggedEvent[]): string[] {
  const scenario = calmScenario();
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createEndWatch({ replay, rules: createRules(scenario), scenario });
  const events: LoggedEvent[] = [
    asked(1, 'deactivate'),
    {
      ...{ at, what: 'trust', by: { execution: 'run', invocation: 1 }, scope: 'proj_a' },
      ...{ active: false, anchorIds: ['cert_acme0'] },
    },
    ...looks,
    { at, what: 'ended', execution: 'run', error: 'SuccessorNotActive', cause: 'another scope halted' },
  ];
  return events.flatMap((event) => {
    const findings = watch(event);
    replay.apply(event);
    return findings.map(({ kind, what }) => `${kind}: ${what}`);
  });
}

const FOUND = ['undo: nobody tried to undo the cut in proj_a after JournalUnavailable'];

it('I10: a cut that could not be confirmed has to be undone, whichever shard could not', () => {
  expect(foundAfter(fails(2))).toEqual(FOUND);
  expect(foundAfter([...fails(2, 0), ...ends(3, 1)])).toEqual(FOUND);
  expect(foundAfter([...fails(2), asked(3, 'undo')])).toEqual([]);
});

it('I10: one that was confirmed at another attempt has nothing to undo, though an old leaf was left to another scope', () => {
  expect(foundAfter([...fails(2), ...ends(3)])).toEqual([]);
  expect(foundAfter([...fails(2, 0), ...ends(3, 0), ...ends(4, 1)])).toEqual([]);
  expect(foundAfter([...fails(2), ...ends(3, undefined, false)])).toEqual(FOUND);
});

it('I11: a scope whose own execution was stopped leaves it to the next run, unless it had a verdict by then or the stop is yet to come', () => {
  const stops = (after: number, where = 'the-cut'): LoggedEvent => ({
    ...{ at: at - 10, what: 'fault', execution: 'run', invocation: 0 },
    ...{ address: `run/${where}:0/proj_a`, fault: `the execution of one scope is stopped after ${after} ms` },
  });
  const concludes: LoggedEvent = {
    ...{ ...of(4), what: 'invoked', state: 'Conclude the cut', step: 'conclude-scope' },
    input: { phase: 'cut', verdict: { scope: 'proj_a', verdict: 'halted' } },
  };
  expect(foundAfter([stops(10), ...fails(2)])).toEqual([]);
  expect(foundAfter([stops(10), ...fails(2), concludes])).toEqual(FOUND);
  expect(foundAfter([stops(5_000), ...fails(2)])).toEqual(FOUND);
  expect(foundAfter([stops(5, 'the-overlap'), ...fails(2)])).toEqual(FOUND);
});
