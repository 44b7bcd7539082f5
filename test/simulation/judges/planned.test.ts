import { expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { judgePlanned } from '../../../simulation/judges/planned.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { TrustEvent } from '../../../simulation/judges/watch.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const [MINUTE, DAY] = [60, 86_400];
const [OLD, NEW] = ['cert_acme0', 'cert_acme1'];
const anchors = [20, 90].map((days, n) => ({
  ...{ line: 'acme', generation: n, renewed: false, validAt: NOW - DAY, activeIn: [] },
  ...{ id: `cert_acme${n}`, name: `acme@${n}`, expiresAt: NOW + days * DAY },
}));
const at = (minute: number): number => 1000 * (NOW + minute * MINUTE);
const by = (execution: string, invocation: number) => ({ execution, invocation });

/**
 * Returns the findings for a cut of the old anchor in minute 2 by a run that listed the scope in minute 1.
 * The run `cut.execution` cut the new anchor in minute `cut.on`.
 */
function foundWhere(cut: { on: number; execution: string }): string[] {
  const scenario = calmScenario({ policy: policySchema.parse({ leadTime: 'P30D' }), anchors });
  const replay = createReplay({ projects: ['proj_a'] });
  const trust = { what: 'trust' as const, scope: 'proj_a' };
  const step = (execution: string, invocation: number, name: string) => ({
    ...{
      at: at(0),
      what: 'invoked' as const,
      ...by(execution, invocation),
      state: name,
      step: name,
      input: {},
    },
  });
  const list = { op: 'list', scope: 'proj_a', about: 'list proj_a', changes: false };
  const change: TrustEvent = {
    ...{ at: at(2), ...trust, by: by('sweep', 2), active: false, anchorIds: [OLD] },
  };
  const story = [
    ...[OLD, NEW].map((anchorId) => ({ at: at(0), what: 'anchor', anchorId, exists: true })),
    { at: at(0), ...trust, by: 'setup', active: true, anchorIds: [OLD, NEW] },
    { at: at(0), what: 'started', execution: 'sweep', request: {} },
    step('sweep', 1, 'plan'),
    { at: at(0), what: 'returned', ...by('sweep', 1), result: {}, heard: true },
    step('sweep', 2, 'deactivate'),
    step(cut.execution, 3, 'deactivate'),
    { at: at(1), what: 'called', ...by('sweep', 2), call: list },
    { at: at(cut.on), ...trust, by: by(cut.execution, 3), active: false, anchorIds: [NEW] },
  ] as LoggedEvent[];
  for (const event of story.toSorted((one, other) => one.at - other.at)) replay.apply(event);
  const seen = replay.state.invocations.get(2);
  return judgePlanned(change, seen, { replay, rules: createRules(scenario), scenario }).map(
    ({ kind }) => kind,
  );
}

it('asks for a successor that stands, but where another run has cut it while the call was on its way (I1, I12)', () => {
  expect(foundWhere({ on: 1.5, execution: 'emergency' })).toEqual([]);
  expect(foundWhere({ on: 1.5, execution: 'sweep' })).toEqual(['successorMissing']);
  expect(foundWhere({ on: 0.5, execution: 'emergency' })).toEqual(['successorMissing']);
});
