import { expect, test } from 'vitest';
import { judgeClaim } from '../../../simulation/judges/lease.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';

const by = { execution: 'one', invocation: 1 };
const lease = (released: boolean, holder = 'one'): LoggedEvent => ({
  ...{ at: 0, what: 'lease', by },
  lease: { pk: 'lease', sk: 'lease', holder, mode: 'scheduled', token: 1, takenAt: '', released } as never,
});
const call = (changes: boolean): LoggedEvent => ({
  ...{ at: 0, what: 'called', ...by, call: { op: 'lease', about: 'lease lease', changes } },
});
const begun = (first: LoggedEvent): LoggedEvent[] => [
  first,
  { at: 0, what: 'invoked', ...by, state: 'Release after a halt', step: 'release', input: {} },
  { at: 0, what: 'demanding', ...by },
  call(false),
];

/**
 * Returns the findings for a schedule that a Release sets. It has read the lease as `first`, and `running`
 * are the executions at work.
 */
function foundAfter(more: readonly LoggedEvent[], first = lease(true), running = ['one', 'two']) {
  const replay = createReplay();
  for (const execution of running) replay.state.running.add(execution);
  for (const event of [...begun(first), ...more]) replay.apply(event);
  const seen = replay.state.invocations.get(1);
  return judgeClaim(seen, { at: 0, what: 'schedule soon' }, replay).finding.map(({ what }) => what);
}

test('who frees the lease once more may set a schedule, since nobody else has had it', () => {
  expect(foundAfter([call(true)])).toEqual([]);
});

test('so may who comes again, and finds that nobody has taken it since', () => {
  expect(foundAfter([])).toEqual([]);
});

test('who has asked in vain may not (I12)', () => {
  expect(foundAfter([], lease(false, 'two'))).toEqual([
    'schedule soon: one did not have the lease when it was asked',
  ]);
});

test('who finds that another has died with it may, since nobody else comes (I16)', () => {
  expect(foundAfter([], lease(false, 'two'), ['one'])).toEqual([]);
});

test('nor may one that tried to free what another has', () => {
  const [, ...theirs] = [lease(false, 'two'), lease(false, 'two'), call(true)];
  expect(foundAfter(theirs)).toEqual(['schedule soon: one did not have the lease when it was asked']);
});
