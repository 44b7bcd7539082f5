import { describe, expect, it } from 'vitest';
import type { ScenarioClient, ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, DAY, HOUR, MINUTE, START, storyOf, tell } from './story.ts';

const both = ['proj_a', 'proj_b'];
/** An anchor that is due at once, in both projects, and its successor. */
const anchors = [acme(0, 20, both), acme(1, 800)];
const mail = client('mail', 'proj_b');
const inB = (one: ScenarioClient): ScenarioClient => ({ ...one, keyOf: 'proj_b' });
const run = (request: Extract<ScenarioEvent, { kind: 'run' }>['request'] = {}): ScenarioEvent => ({
  ...{ id: 'run', at: START + MINUTE, kind: 'run', request },
});
const leaked = { mode: 'emergency' as const, anchors: ['cert_a0'], reason: 'leaked' };
const rotated = (at: number, more: object = {}): ScenarioEvent => ({
  ...{ id: 'rotated', at, kind: 'rotate', client: 'api', ...more },
});
const told = async (
  clients: readonly ScenarioClient[],
  { events = [run()], days = 8, more = {} }: { events?: ScenarioEvent[]; days?: number; more?: object } = {},
) => {
  const projects = [...new Set([...both, ...clients.map(({ project }) => project)])];
  const story = { ...storyOf({ days, anchors, clients, events }), projects, ...more };
  const { log, ...seen } = await tell(story);
  const causes = log.flatMap((event) => (event.what === 'ended' ? (event.cause ?? []) : []));
  return { ...seen, causes };
};

describe('a client whose API key is of another project than the configuration says (F10)', () => {
  it('keeps what it may run on from being cut in either project, and proves nothing of the configured one', async () => {
    const { active, ends, causes, findings } = await told([inB(client('api', 'proj_a')), mail]);
    expect(active).toEqual({ proj_a: ['cert_a0', 'cert_a1'], proj_b: ['cert_a0', 'cert_a1'] });
    expect(ends).toContain('KeyOfAnotherProject');
    expect(causes.join()).toMatch(/client api is configured for proj_a, and https.* is of proj_b/);
    expect(findings).toEqual([]);
  });

  it('is found though it has nothing to move to and nobody proves anything with it (I1)', async () => {
    const { active, ends, findings } = await told([inB(client('api', 'proj_a', null)), mail]);
    expect(active.proj_b).toEqual(['cert_a0', 'cert_a1']);
    expect(ends).toContain('KeyOfAnotherProject');
    expect(findings).toEqual([]);
  });

  it('holds up nobody in any third project, in an emergency neither (I6, I17)', async () => {
    const third = client('ledger', 'proj_c');
    const everywhere = { anchors: [acme(0, 400, [...both, 'proj_c']), acme(1, 800)] };
    const clients = [inB(client('api', 'proj_a')), mail, third];
    const { active, findings } = await told(clients, { events: [run(leaked)], days: 1, more: everywhere });
    expect(active.proj_c).toEqual(['cert_a1']);
    expect(active.proj_a).toContain('cert_a0');
    expect(findings).toEqual([]);
  });

  it('may be left behind by a person, and is no longer waited for then (I6)', async () => {
    const own = client('own', 'proj_a');
    const clients = [inB(client('api', 'proj_a', null)), mail, own];
    const { active, ends } = await told(clients, {
      events: [run({ ...leaked, leaveBehind: ['api'] })],
      days: 1,
    });
    expect(active).toEqual({ proj_a: ['cert_a1'], proj_b: ['cert_a1'] });
    expect(ends.at(-1)).toBe('green');
  });

  it('is let through once its owner puts a right key into its secret, and everything is cut', async () => {
    const clients = [inB(client('api', 'proj_a')), mail];
    const { active, ends, findings } = await told(clients, {
      events: [run(), rotated(START + 3 * HOUR), { ...stage(START + 5 * HOUR) }],
      days: 25,
    });
    expect(active).toEqual({ proj_a: ['cert_a1'], proj_b: ['cert_a1'] });
    expect(ends.at(-1)).toBe('green');
    expect(findings).toEqual([]);
  });

  it('is seen right before the cut where its owner has rotated its key since the overlap', async () => {
    const { active, ends, findings } = await told([client('api', 'proj_a'), mail], {
      events: [run(), rotated(START + DAY, { keyOf: 'proj_b' })],
      days: 12,
    });
    expect(active.proj_a).toContain('cert_a0');
    expect(ends).toContain('KeyOfAnotherProject');
    expect(findings).toEqual([]);
  });

  it('is not seen where hosts do not say whose key it is, and nothing waits for that', async () => {
    const { active, ends, findings } = await told([inB(client('api', 'proj_a')), mail], {
      days: 12,
      more: { areProjectsUntold: true },
    });
    expect(active).toEqual({ proj_a: ['cert_a1'], proj_b: ['cert_a1'] });
    expect(ends).not.toContain('KeyOfAnotherProject');
    expect(findings).toEqual([]);
  });
});

const stage = (at: number): ScenarioEvent => ({
  ...{ id: 'stage', at, kind: 'stage', client: 'api', leaf: { anchor: 'cert_a1' } },
});
