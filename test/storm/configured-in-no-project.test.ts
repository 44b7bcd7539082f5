import { describe, expect, it } from 'vitest';
import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import type { ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, HOUR, START, storyOf, tell } from './story.ts';

const run: ScenarioEvent = { id: 'run', at: START + HOUR, kind: 'run', request: {} };

/** billing has a key of proj_a. The configuration still has its old project, which is archived or misspelt. */
async function toldOf(scope: string, evidence: 'probe' | 'listing', keyOf = 'proj_a') {
  const story = storyOf({
    ...{ days: 12, anchors: [acme(0, 20, [scope]), acme(1, 800)], events: [run] },
    clients: [client('search', 'proj_a'), { ...client('billing', 'proj_gone', null), keyOf }],
  });
  const told = await tell({ ...story, projects: ['proj_a'], policy: policySchema.parse({ evidence }) });
  const causes = told.log.flatMap((event) =>
    event.what === 'ended' && event.error ? [event.cause ?? ''] : [],
  );
  return { ...told, cause: causes.join('\n') };
}

describe('a client that is configured in a project which is not listed (I1, I9)', () => {
  it.each(
    ['proj_a', ORGANIZATION].flatMap((scope) =>
      (['probe', 'listing'] as const).map((how) => [scope, how] as const),
    ),
  )('keeps the cut in %s waiting under %s evidence, by name', async (scope, evidence) => {
    const { active, findings, cause } = await toldOf(scope, evidence);
    expect(active[scope]).toContain('cert_a0');
    expect(cause).toContain('billing');
    expect(findings).toEqual([]);
  });
});
