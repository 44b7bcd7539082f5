import { describe, expect, it } from 'vitest';
import type {
  ScenarioAnchor,
  ScenarioClient,
  ScenarioEvent,
} from '../../simulation/organizations/scenario.ts';
import { acme, client, DAY, HOUR, MINUTE, START, storyOf, tell } from './story.ts';

const both = ['proj_a', 'proj_b'];
/** A client that belongs to proj_a only by the configuration. Its key is of proj_b. */
const misplaced = (staged: string | null = 'cert_a1'): ScenarioClient => ({
  ...client('api', 'proj_a', staged),
  keyOf: 'proj_b',
});
const [own, beside] = [client('own', 'proj_a'), client('mail', 'proj_b')];
const sweep: ScenarioEvent = { id: 'run', at: START + MINUTE, kind: 'run', request: {} };
const emergency = (leaked: readonly string[], leaveBehind?: string[]): ScenarioEvent => ({
  ...sweep,
  request: {
    mode: 'emergency',
    anchors: [...leaked],
    reason: 'it leaked',
    ...(leaveBehind && { leaveBehind }),
  },
});
const isDown: ScenarioEvent = {
  ...{ id: 'down', at: START, kind: 'outage' },
  ...{ ops: ['activate'], scope: 'proj_a', until: START + 5 * HOUR },
};

const told = async (
  anchors: ScenarioAnchor[],
  clients: ScenarioClient[],
  { events = [sweep], days = 12 }: { events?: ScenarioEvent[]; days?: number } = {},
) => {
  const { active, findings } = await tell({
    ...storyOf({ days, anchors, clients, events }),
    projects: both,
  });
  return { findings, isStanding: (id: string, scope: string) => active[scope]?.includes(id) === true };
};

/** Two generations that retire in favour of a third. */
const two = (days: readonly [number, number], first: readonly string[]) => [
  acme(0, days[0], first),
  acme(1, days[1], ['proj_a']),
  acme(2, 800),
];
const ownOfNext: ScenarioClient = { ...client('own', 'proj_a', 'cert_a2'), running: { anchor: 'cert_a1' } };
const besideOfNext = client('mail', 'proj_b', 'cert_a2');

describe('I1, F10: what a client runs on stays active in the project that its key is of', () => {
  it('where its own project moves off another generation', async () => {
    const clients = [misplaced('cert_a2'), ownOfNext, besideOfNext];
    const { findings, isStanding } = await told(two([20, 21], ['proj_b']), clients);
    expect(findings).toEqual([]);
    expect(isStanding('cert_a0', 'proj_b')).toBe(true);
  });

  it('where that cut is held in its own project, beside another that is not', async () => {
    const late = client('late', 'proj_a', null);
    const clients = [misplaced('cert_a2'), late, ownOfNext, besideOfNext];
    const { findings, isStanding } = await told(two([20, 21], both), clients);
    expect(findings).toEqual([]);
    expect(isStanding('cert_a0', 'proj_b')).toBe(true);
  });

  it('in an emergency that names both generations', async () => {
    const clients = [misplaced('cert_a2'), ownOfNext, besideOfNext];
    const events = [emergency(['cert_a0', 'cert_a1'])];
    const { findings } = await told(two([400, 401], ['proj_b']), clients, { events, days: 1 });
    expect(findings).toEqual([]);
  });

  it.each([
    ['has a leaf staged', 'cert_a1'],
    ['has nothing staged', null],
  ])('where nothing could be activated in its own project, and it %s', async (_, staged) => {
    const anchors = [acme(0, 20, both), acme(1, 800)];
    const events = [sweep, isDown];
    const { findings, isStanding } = await told(anchors, [misplaced(staged), own, beside], { events });
    expect(findings).toEqual([]);
    expect(isStanding('cert_a0', 'proj_b')).toBe(true);
  });

  it.each(['cert_a1', null])(
    'where nobody could read what it has in use while it was looked at, with %s staged',
    async (staged) => {
      const anchors = [acme(0, 20, both), acme(1, 800)];
      const denied: ScenarioEvent = {
        ...{ id: 'denied', at: START + MINUTE + 2, kind: 'trouble' },
        ...{ broken: 'denied api AWSCURRENT', until: START + HOUR },
      };
      const events = [sweep, denied];
      const { findings, isStanding } = await told(anchors, [misplaced(staged), own, beside], { events });
      expect(findings).toEqual([]);
      expect(isStanding('cert_a0', 'proj_b')).toBe(true);
    },
  );
});

describe('I6, I17: nothing is held in another project for a client', () => {
  it('that a person has decided to leave behind, though it alone proves its own', async () => {
    const anchors = [acme(0, 400, [...both, 'organization']), acme(1, 800)];
    const events = [emergency(['cert_a0'], ['api'])];
    const { findings, isStanding } = await told(anchors, [misplaced(), beside], { events, days: 1 });
    expect(findings).toEqual([]);
    expect(['proj_b', 'organization'].filter((scope) => isStanding('cert_a0', scope))).toEqual([]);
  });

  it.each([
    ['an emergency', emergency(['cert_a0']), 400, 1],
    ['a scheduled run', sweep, 20, 8],
  ] as const)('whose leaf has ended, by %s', async (_, run, expires, days) => {
    const anchors = [acme(0, expires, both), acme(1, 800)];
    const ended = { ...misplaced(), running: { anchor: 'cert_a0', until: START - 2 * DAY } };
    const { findings, isStanding } = await told(anchors, [ended, own, beside], { events: [run], days });
    expect(findings).toEqual([]);
    expect(isStanding('cert_a0', 'proj_b')).toBe(false);
  });
});
