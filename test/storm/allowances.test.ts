import { describe, expect, it } from 'vitest';
import type { ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, DAY, HOUR, START, storyOf, tell } from './story.ts';

const leaked = { mode: 'emergency' as const, anchors: ['cert_a0'], reason: 'leaked' };
const run = (hours: number, allowed: object = {}): ScenarioEvent => ({
  ...{ id: `run ${hours}`, at: START + hours * HOUR, kind: 'run', request: { ...leaked, ...allowed } },
});
/** Hosts do not answer the clients of one project, as with a revoked key. */
const silent = (scope: string): ScenarioEvent => ({
  ...{ id: `silent ${scope}`, at: START, kind: 'outage', ops: ['probe'], scope, until: START + 10 * DAY },
});
const anchors = [acme(0, 400, ['organization', 'proj_b']), acme(1, 800)];
const clients = [client('api', 'proj_a'), client('batch', 'proj_b')];

describe('an emergency that may leave a client behind (I6, I16)', () => {
  it('cuts everywhere though that client does not answer', async () => {
    const story = storyOf({
      ...{ days: 2, anchors, clients },
      events: [silent('proj_b'), run(1), run(3, { leaveBehind: ['batch'], onListing: ['proj_b'] })],
    });
    const { active, ends, findings } = await tell(story);
    expect(active).toEqual({ organization: ['cert_a1'], proj_b: ['cert_a1'] });
    // The first run waits for batch, and so do the runs after it until an emergency allows otherwise.
    expect(ends.slice(0, 2)).toEqual(['green', 'ProbeInconclusive']);
    expect(ends.at(-1)).toBe('green');
    expect(findings).toEqual([]);
  });

  it('leaves a client where it is whose new leaf is turned away, shard by shard (I18)', async () => {
    const filtered = [
      acme(0, 400, ['organization', 'proj_b']),
      acme(1, 800, [], { filter: 'subject.common_name != "batch"' }),
    ];
    const events = [run(1, { leaveBehind: ['batch'], onListing: ['proj_b'] })];
    // The judges know no filter for a single client, so this test looks at what happened itself.
    const { active, log } = await tell(storyOf({ days: 2, anchors: filtered, clients, events }));
    const states = log.flatMap((event) => (event.what === 'invoked' ? event.state : []));
    expect(states).toContain('Promote a shard at once');
    const moved = log.flatMap((event) =>
      event.what === 'leaf' && event.by !== 'setup' && event.stage === 'AWSCURRENT' ? event.client : [],
    );
    expect(moved).toEqual(['api']);
    expect(active).toEqual({ organization: ['cert_a1'], proj_b: ['cert_a1'] });
  });

  it('is honoured by the run that takes up what it left, when somebody mends that', async () => {
    const events = [
      silent('proj_b'),
      { id: 'later', at: START + 2 * HOUR, kind: 'stage', client: 'ops', leaf: { anchor: 'cert_a1' } },
    ] satisfies ScenarioEvent[];
    const story = storyOf({
      ...{ days: 2, anchors, clients: [...clients, client('ops', 'proj_a', null)] },
      events: [run(1, { leaveBehind: ['batch'], onListing: ['proj_b'] }), ...events],
    });
    const { active, findings } = await tell(story);
    expect(active).toEqual({ organization: ['cert_a1'], proj_b: ['cert_a1'] });
    expect(findings).toEqual([]);
  });
});

it('an emergency that may go by the listing cuts where a probe says nothing, and moves its client (I6)', async () => {
  const events = [silent('proj_b'), run(1, { onListing: 'all' })];
  const { active, ends, log, findings } = await tell(storyOf({ days: 2, anchors, clients, events }));
  expect(active).toEqual({ organization: ['cert_a1'], proj_b: ['cert_a1'] });
  expect(new Set(ends)).toEqual(new Set(['green']));
  expect(log).toContainEqual(
    expect.objectContaining({ what: 'leaf', client: 'batch', stage: 'AWSCURRENT', to: 'cert_a1#1' }),
  );
  expect(findings).toEqual([]);
});
