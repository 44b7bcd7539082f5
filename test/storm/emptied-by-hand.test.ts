import { expect, it } from 'vitest';
import { policySchema } from '../../lambdas/domain/policy.ts';
import type { ScenarioAnchor, ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, DAY, HOUR, START, storyOf, tell } from './story.ts';

const globex: ScenarioAnchor = {
  ...{ id: 'cert_g0', name: 'globex@0', line: 'globex', generation: 0, renewed: false },
  ...{ validAt: START - 90 * DAY, expiresAt: START + 400 * DAY, activeIn: ['proj_a'] },
};
const run: ScenarioEvent = { id: 'run', at: START + HOUR, kind: 'run', request: {} };
const takenOut = (anchor: string, at: number): ScenarioEvent => ({
  ...{ id: `${anchor} by hand`, at, kind: 'distrust', anchor, scope: 'proj_a' },
});

it.each([[[]], [[globex]]])(
  'I13: a soak in which somebody deactivates both anchors by hand ends red, also where no host is asked (beside %j)',
  async (beside) => {
    const events = [run, takenOut('cert_a0', START + 2 * DAY), takenOut('cert_a1', START + 3 * DAY)];
    const anchors = [acme(0, 20, ['proj_a']), acme(1, 800), ...beside];
    const story = storyOf({ days: 9, anchors, clients: [client('billing', 'proj_a')], events });
    const { ends, findings, active } = await tell({
      ...story,
      policy: policySchema.parse({ evidence: 'listing' }),
    });
    expect(findings).toEqual([]);
    expect(ends.filter((end) => end !== 'green')).toEqual(['SuccessorNotActive']);
    expect(active).toEqual({ proj_a: beside.map(({ id }) => id) });
  },
);
