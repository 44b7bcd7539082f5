import { expect, test } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { createElsewhereWatch } from '../../../simulation/judges/emergencies/elsewhere.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import { judgeConfirmed } from '../../../simulation/judges/runs.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import type { Scenario } from '../../../simulation/organizations/scenario.ts';

const scenario: Scenario = {
  ...{
    seed: 1,
    start: 0,
    calm: 0,
    end: 0,
    hosts: ['https://host'],
    projects: ['proj_a'],
    anchors: [],
    clients: [],
  },
  ...{ policy: policySchema.parse({}), events: [] },
  faultRates: {
    ...{ fault: 0, slow: 0, crash: 0, kill: 0, unreachable: 0, outsider: 0, meanwhile: 0, ambush: 0 },
    ...{ pace: 1, skew: 0, propagation: { hosts: 0, listings: 0 } },
  },
};
const NAMED = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const recorded = (
  invocation: number,
  refused: readonly string[],
  judgedElsewhere: readonly string[] = [],
): LoggedEvent & { what: 'recorded' } => ({
  ...{ at: 0, what: 'recorded', by: { execution: 'one', invocation } },
  entry: { execution: 'one', event: 'confirmed', detail: { refused, judgedElsewhere } } as never,
});
const confirm = (invocation: number, scope: string): LoggedEvent => ({
  ...{ at: 0, what: 'invoked', execution: 'one', invocation, state: 'Confirm', step: 'confirm' },
  input: { plan: { scope, checks: [] } },
});
const returned = (invocation: number, refused: readonly string[]): LoggedEvent => ({
  ...{ at: 0, what: 'returned', execution: 'one', invocation, result: { refused }, heard: true },
});

/**
 * Returns the findings for a green end where a project left its clients to the organization. The
 * organization's Confirm wrote down these clients as refused.
 */
function foundAtEnd(refused: readonly string[]) {
  const replay = createReplay();
  const watch = createElsewhereWatch({ replay, scenario, rules: createRules(scenario) });
  const log: LoggedEvent[] = [
    { at: 1, what: 'invoked', execution: 'one', invocation: 0, state: 'Plan', step: 'plan', input: {} },
    { at: 1, what: 'returned', execution: 'one', invocation: 0, result: {}, heard: true },
    confirm(1, 'proj_a'),
    recorded(1, [], NAMED),
    returned(1, []),
    confirm(2, 'organization'),
    recorded(2, refused),
    returned(2, [...refused.slice(0, 5), 'and 2 more']),
    { at: 0, what: 'ended', execution: 'one', error: null, cause: '' },
  ];
  return log.flatMap((event) => {
    const found = watch(event);
    replay.apply(event);
    return found.map(({ what }) => what);
  });
}

test('whose old leaf was refused is read in the trail, since an answer names a few', () => {
  expect(foundAtEnd(NAMED)).toEqual([]);
});

test('one that no Confirm has written down was not seen refused (I10)', () => {
  const [first = '', ...others] = NAMED;
  expect(foundAtEnd(others)).toEqual([`one ended well, and nobody saw the old leaf of ${first} turned away`]);
});

test('one that a filter refused was not, though the trail says so (F11)', () => {
  const replay = createReplay();
  const call = { op: 'probe', scope: 'proj_a', about: 'https://host g cert_old', changes: false } as const;
  const by = { execution: 'one', invocation: 2 };
  replay.apply(confirm(2, 'organization'));
  replay.apply({
    ...{ at: 0, what: 'answered', ...by, call },
    verdict: 'certificate_attribute_verification_failed',
  });
  const context = { replay, scenario, rules: createRules(scenario) };
  expect(judgeConfirmed(recorded(2, NAMED), context).map(({ kind }) => kind)).toEqual(['unproven']);
});
