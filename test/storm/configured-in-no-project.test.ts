import { describe, expect, it } from 'vitest';
import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import type { ScenarioAnchor, ScenarioEvent, ScenarioLeaf } from '../../simulation/organizations/scenario.ts';
import { acme, client, DAY, HOUR, START, storyOf, tell } from './story.ts';

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

const beta = (activeIn: string): ScenarioAnchor => ({
  ...acme(0, 800, [activeIn]),
  ...{ id: 'cert_b0', name: 'beta@0', line: 'beta' },
});

type Told = {
  other: ScenarioAnchor;
  events?: readonly ScenarioEvent[];
  successor?: Partial<ScenarioAnchor>;
  authority?: string;
};

/** The same without a probe. billing runs on this leaf, and something happens during the soak. */
function toldWithoutProbe(running: ScenarioLeaf, { other, events = [], successor = {}, ...stated }: Told) {
  const story = storyOf({
    ...{ days: 12, anchors: [acme(0, 20, ['proj_a']), acme(1, 800, [], successor), other] },
    clients: [
      client('search', 'proj_a'),
      { ...client('billing', 'proj_gone', null), keyOf: 'proj_a', running, ...stated },
    ],
    events: [run, ...events],
  });
  return tell({ ...story, projects: ['proj_a'], policy: policySchema.parse({ evidence: 'listing' }) });
}

const inTheSoak = { id: 'in the soak', at: START + 3 * DAY };
const moved: ScenarioEvent = {
  ...{ ...inTheSoak, kind: 'stage', client: 'billing', leaf: { anchor: 'cert_a0' }, stage: 'AWSCURRENT' },
};

describe('the same client without a probe, in a project of which its key may be', () => {
  it('is looked at right before the cut: its other way in may be gone by then (I1)', async () => {
    const { ends, active, findings } = await toldWithoutProbe(
      { anchor: 'cert_a0', by: 'cert_b0' },
      {
        other: beta(ORGANIZATION),
        events: [{ ...inTheSoak, kind: 'distrust', anchor: 'cert_b0', scope: ORGANIZATION }],
      },
    );
    expect(active.proj_a).toContain('cert_a0');
    expect(ends).toContain('ClientOnRetiring');
    expect(findings).toEqual([]);
  });

  it('is looked at right before the cut: somebody may have moved it onto what is cut (I1)', async () => {
    const told = await toldWithoutProbe(
      { anchor: 'cert_b0' },
      { other: beta(ORGANIZATION), events: [moved] },
    );
    expect(told.active.proj_a).toContain('cert_a0');
    expect(told.ends).toContain('ClientOnRetiring');
    expect(told.findings).toEqual([]);
  });

  it.each([
    ['an anchor of that project lets it in as well', 'proj_a', { anchor: 'cert_a0', by: 'cert_b0' }, {}],
    ['the successor lets its leaf in', ORGANIZATION, { anchor: 'cert_a0' }, { renewed: true }],
    ['it runs on something else', ORGANIZATION, { anchor: 'cert_b0' }, {}],
  ])('keeps no cut waiting where %s (I17)', async (_, activeIn, running, successor) => {
    const { active, findings } = await toldWithoutProbe(running, { other: beta(activeIn), successor });
    expect(active.proj_a).not.toContain('cert_a0');
    expect(findings).toEqual([]);
  });

  it('keeps no cut waiting by a secret that nobody could read when this was planned either (I17)', async () => {
    const until = START + 30 * DAY;
    const told = await toldWithoutProbe(
      { anchor: 'cert_b0' },
      {
        ...{ other: beta(ORGANIZATION), authority: 'beta' },
        events: [{ id: 'broken', at: START + 60, kind: 'trouble', broken: 'denied billing', until }],
      },
    );
    expect(told.active.proj_a).not.toContain('cert_a0');
    expect(told.findings).toEqual([]);
  });
});
