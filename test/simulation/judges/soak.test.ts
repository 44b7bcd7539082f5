import { expect, it } from 'vitest';
import { overlapFrom } from '../../../simulation/judges/soak.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { emptyState } from '../../../simulation/log/replaying/state.ts';

const pair = { id: 'cert_acme0', successor: 'cert_acme1' };

/**
 * The successor is active beside its anchor in `proj_b` since 1,000, and was activated in `proj_a` at 5,000.
 */
function overlapping(broughtInAt?: number) {
  const state = emptyState();
  for (const scope of ['proj_a', 'proj_b']) state.active.set(scope, new Set([pair.id, pair.successor]));
  state.activatedAt.set('proj_b cert_acme1', 1_000);
  state.activatedAt.set('proj_a cert_acme1', 5_000);
  if (broughtInAt !== undefined) state.broughtInAt.set('proj_a cert_acme0', broughtInAt);
  return state;
}

it('rule 5: an overlap begins in each scope as its successor is made active there', () => {
  expect(overlapFrom({ scope: 'proj_a', ...pair }, overlapping())).toBe(5_000);
  expect(overlapFrom({ scope: 'proj_b', ...pair }, overlapping())).toBe(1_000);
});

it('rule 5: an anchor that somebody brings in beside its successor has no soak of its own there', () => {
  expect(overlapFrom({ scope: 'proj_a', ...pair }, overlapping(6_000))).toBe(1_000);
  expect(overlapFrom({ scope: 'proj_a', ...pair }, overlapping(4_000))).toBe(5_000);
});

it('rule 5: what somebody brings in again after our cut soaks anew where a run has seen it gone (I11)', () => {
  const soaking = (seenGoneAt?: number) => {
    const state = overlapping(9_000);
    state.lastCutAt.set('proj_a cert_acme0', 7_000);
    if (seenGoneAt !== undefined) state.seenGoneAt.set('proj_a cert_acme0', seenGoneAt);
    return overlapFrom({ scope: 'proj_a', ...pair }, state);
  };
  expect(soaking(8_000)).toBe(9_000);
  // A run saw it gone only after an earlier cut, or never.
  expect(soaking(6_000)).toBe(1_000);
  expect(soaking()).toBe(1_000);
});

it('rule 5, I11: what an attempt has seen gone, and nobody has written down, is known to no other', () => {
  const by = { execution: 'one', invocation: 1 };
  const called = (call: object, answer: object = {}) => ({ at: 7_001, what: 'called', ...by, call, answer });
  const trust = (at: number, active: boolean, anchorIds: string[], doer: unknown) => ({
    ...{ at, what: 'trust', scope: 'proj_a', active, anchorIds, by: doer },
  });
  const soaking = (isToldIn: string) => {
    const replay = createReplay({ projects: ['proj_a'] });
    const story = [
      trust(1_000, true, [pair.id], 'setup'),
      trust(5_000, true, [pair.successor], by),
      { at: 6_000, what: 'invoked', ...by, state: 'Deactivate', step: 'deactivate', input: {} },
      trust(7_000, false, [pair.id], by),
      called({ op: 'list', scope: 'proj_a', changes: false }, [{ anchorId: pair.id, active: false }]),
      called({
        ...{ op: 'journal', about: `made 2027-01-20T16:46:04.000Z#one#${isToldIn}`, changes: true },
        action: 'dynamodb:PutItem',
      }),
      trust(9_000, true, [pair.id], 'outsider'),
    ];
    for (const event of story as LoggedEvent[]) replay.apply(event);
    return overlapFrom({ scope: 'proj_a', ...pair }, replay.state);
  };
  expect(soaking('proj_a')).toBe(9_000);
  // Its own line did not get through: this one is another scope's.
  expect(soaking('proj_b')).toBe(5_000);
});
