import { expect, it } from 'vitest';
import { judgeCompromise } from '../../../../simulation/judges/promises/compromise.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const by = { execution: 'one', invocation: 1 };
const unanswered: LoggedEvent = {
  ...{ at: 1000 * NOW + 1, what: 'fault', ...by, address: 'plan', fault: '503' },
  call: { op: 'list', scope: 'proj_a', changes: false },
};

/**
 * Returns the findings for a run that ends well while a compromised anchor is active that expires in `days`
 * days.
 */
function foundWith(days: number, faults: readonly LoggedEvent[]): string[] {
  const expiresAt = NOW + days * DAY;
  const about = { id: 'cert_acme0', name: 'acme@0', line: 'acme', generation: 0, renewed: false };
  const scenario = calmScenario({
    start: NOW - DAY,
    anchors: [{ ...about, validAt: NOW - 90 * DAY, expiresAt, activeIn: ['proj_a'] }],
  });
  const before = { at: 1000 * (NOW - DAY) };
  const at = 1000 * NOW;
  const events: LoggedEvent[] = [
    { ...before, what: 'anchor', by: 'setup', anchorId: 'cert_acme0', exists: true },
    { ...before, what: 'trust', by: 'setup', scope: 'proj_a', active: true, anchorIds: ['cert_acme0'] },
    { ...before, what: 'compromised', by, anchorId: 'cert_acme0' },
    { at, what: 'started', execution: 'one', request: {} },
    { at, what: 'invoked', ...by, state: 'Plan', step: 'plan', input: {} },
    ...faults,
  ];
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  for (const event of events) replay.apply(event);
  const ended = { at: at + 2, what: 'ended' as const, execution: 'one', error: null, cause: '' };
  const context = { replay, rules: createRules(scenario), scenario };
  return judgeCompromise(ended, { decision: 'idle' }, context).map(({ kind }) => kind);
}

it.each([
  ['that lasts is active', 30, [], ['falseGreen']],
  ['that lasts may be active where nobody could list', 30, [unanswered], ['falseGreen']],
  ['that has expired is active', -1, [], ['falseGreen']],
  // The expired anchor lets nobody in. Any old upload may be active in a project that nobody could list.
  ['that has expired may be active where nobody could list', -1, [unanswered], []],
])('I15: where a compromised anchor %s', (_, days, faults, found) => {
  expect(foundWith(days, faults)).toEqual(found);
});
