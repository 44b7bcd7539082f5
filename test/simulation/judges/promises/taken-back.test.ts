import { expect, it } from 'vitest';
import { createTakenBackWatch } from '../../../../simulation/judges/promises/taken-back.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import type { ScenarioAnchor } from '../../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const at = 1_000 * NOW;
const anchor = (generation: number): ScenarioAnchor => ({
  ...{ id: `cert_acme${generation}`, name: `acme@${generation}`, line: 'acme', generation, renewed: false },
  ...{ validAt: NOW - 86_400, expiresAt: NOW + 90 * 86_400, activeIn: [] },
});

/**
 * Returns the findings where an undo takes an anchor back after a look with these probes, and the next sweep
 * activates it again.
 */
function foundAfter(probes: [leaf: string, verdict: string][], shards: object[] = [{}, {}]): string[] {
  const scenario = calmScenario({
    anchors: [anchor(0), anchor(1)],
    witnesses: [
      {
        ...{ name: 'stranger', project: 'proj_a', line: 'acme' },
        ...{ current: { anchor: 'cert_acme1' }, pending: null },
      },
    ],
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createTakenBackWatch({ replay, rules: createRules(scenario), scenario });
  const plan = { scope: 'proj_a', shards };
  const of = (execution: string, invocation: number) => ({ at, execution, invocation });
  const trust = (execution: string, invocation: number, active: boolean): LoggedEvent => ({
    ...{
      at,
      what: 'trust',
      by: { execution, invocation },
      scope: 'proj_a',
      active,
      anchorIds: ['cert_acme1'],
    },
  });
  const invoked = (execution: string, invocation: number, step: string, input: object): LoggedEvent => ({
    ...{ ...of(execution, invocation), what: 'invoked', state: step, step, input },
  });
  const events: LoggedEvent[] = [
    invoked('one', 1, 'activate', { plan }),
    trust('one', 1, true),
    invoked('one', 2, 'verify', { plan, moment: 'overlap' }),
    ...probes.map(
      ([leaf, verdict]): LoggedEvent => ({
        ...{
          ...of('one', 2),
          what: 'answered',
          call: { op: 'probe', about: `host ${leaf}`, changes: false },
          verdict,
        },
      }),
    ),
    invoked('one', 3, 'undo', { plan, halt: { Error: 'TrustWidened', Cause: '' } }),
    trust('one', 3, false),
    { ...of('one', 3), what: 'returned', result: { takenBack: ['cert_acme1'] }, heard: true },
    invoked('two', 4, 'activate', { plan }),
    trust('two', 4, true),
  ];
  return events.flatMap((event) => {
    const findings = watch(event);
    replay.apply(event);
    return findings.map(({ kind }) => kind);
  });
}

it('F16: what has turned a client away, or let a stranger in, is tried again by no sweep', () => {
  expect(foundAfter([['search cert_acme1', 'certificate_attribute_verification_failed']])).toEqual([
    'activatedAgain',
  ]);
  expect(foundAfter([['stranger cert_acme1', 'accepted']])).toEqual(['activatedAgain']);
});

it('I17: what was taken back since some shard had not looked is, where none has seen it do that', () => {
  const others: [string, string][] = [
    ['search cert_acme1', 'accepted'],
    ['search control', 'certificate_required'],
    ['stranger cert_acme1', 'certificate_attribute_verification_failed'],
  ];
  expect(foundAfter(others)).toEqual([]);
  // Without shards, one look has seen the whole scope.
  expect(foundAfter(others, [])).toEqual(['activatedAgain']);
});
