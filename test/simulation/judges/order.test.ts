import { expect, it } from 'vitest';
import { createOrderWatch } from '../../../simulation/judges/order.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const at = 1_000 * NOW;
const of = (invocation: number) => ({ at, execution: 'run', invocation });
const asked = (invocation: number, step: string, scope: string): LoggedEvent => ({
  ...{ ...of(invocation), what: 'invoked', state: step, step },
  input: { plan: { scope }, moment: 'overlap' },
});
const refused = (invocation: number): LoggedEvent[] => [
  asked(invocation, 'verify', 'proj_a'),
  { ...of(invocation), what: 'failed', error: 'SuccessorRefused', message: 'it was refused' },
];
const died = (invocation: number): LoggedEvent[] => [
  asked(invocation, 'verify', 'proj_a'),
  { ...of(invocation), what: 'fault', address: 'verify', fault: 'the process dies after the call' },
];

/**
 * Returns the findings where the organization is activated after these looks at a project of the wave before.
 */
function foundAfter(looks: readonly LoggedEvent[]): string[] {
  const scenario = calmScenario();
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createOrderWatch({ replay, rules: createRules(scenario), scenario });
  const waves = [['proj_a'], ['organization']].map((scopes) => ({
    scopes: scopes.map((scope) => ({ scope })),
  }));
  const events: LoggedEvent[] = [
    { ...of(1), what: 'invoked', state: 'Plan', step: 'plan', input: {} },
    { ...of(1), what: 'returned', result: { waves, atOnce: false, successions: [] }, heard: true },
    ...looks,
    asked(9, 'activate', 'organization'),
    {
      ...{ at, what: 'trust', by: { execution: 'run', invocation: 9 }, scope: 'organization' },
      ...{ active: true, anchorIds: ['cert_acme1'] },
    },
  ];
  return events.flatMap((event) => {
    const findings = watch(event);
    replay.apply(event);
    return findings.map(({ kind, what }) => `${kind}: ${what}`);
  });
}

it('rule 4: a successor that was refused stops the waves after it', () => {
  expect(foundAfter(refused(2))).toEqual(['order: run changes organization before proj_a is proven']);
});

it('rule 4: why a scope halted is what its last attempt said, and a process that died says nothing', () => {
  expect(foundAfter([...refused(2), ...died(3)])).toEqual([]);
  expect(foundAfter([...died(2), ...refused(3)])).toHaveLength(1);
});
