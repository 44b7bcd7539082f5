import { describe, expect, it } from 'vitest';
import type { ScenarioClient } from '../../simulation/organizations/scenario.ts';
import { acme, client, MINUTE, START, storyOf, tell } from './story.ts';

const leaked = { mode: 'emergency' as const, anchors: ['cert_a0'], reason: 'its key leaked' };
const ofB = (one: ScenarioClient): ScenarioClient => ({ ...one, keyOf: 'proj_b' });
const other = {
  ...{ ...acme(5, 900, ['proj_b']), id: 'cert_x0', name: 'other@0' },
  ...{ line: 'other', generation: 0 },
};

/** An emergency with a client of proj_a whose key belongs to proj_b, and other clients that are ready. */
const emergency = (
  clients: ScenarioClient[],
  anchors: Parameters<typeof storyOf>[0]['anchors'],
  allowed: object = {},
) =>
  tell({
    ...storyOf({
      ...{ days: 1, anchors, clients },
      events: [{ id: 'run', at: START + MINUTE, kind: 'run', request: { ...leaked, ...allowed } }],
    }),
    projects: ['proj_a', 'proj_b'],
  });

describe('an emergency, and a client whose key is of another project than configured (F10)', () => {
  it.each([
    [{ onListing: ['proj_a'] }, 'SuccessorRefused'],
    [{ leaveBehind: ['api'] }, 'Blocked'],
  ])(
    'moves it to no leaf that is refused there, whatever it is allowed: %j (I1, I6)',
    async (allowed, end) => {
      const api = ofB({ ...client('api', 'proj_a'), running: { anchor: 'cert_a0', by: 'cert_x0' } });
      const anchors = [acme(0, 400, ['proj_a']), acme(1, 800), other];
      const { findings, ends } = await emergency([api, client('own', 'proj_a')], anchors, allowed);
      expect(findings).toEqual([]);
      expect(ends.at(-1)).toBe(end);
    },
  );

  it('holds up nothing in the project of its key where it runs on nothing that is cut (I16, I17)', async () => {
    const moved = ofB({ name: 'api', project: 'proj_a', running: { anchor: 'cert_a1' }, staged: null });
    const both = ['proj_a', 'proj_b'];
    const clients = [moved, client('own', 'proj_a'), client('mail', 'proj_b')];
    const { active, findings } = await emergency(clients, [acme(0, 400, both), acme(1, 800, both)]);
    expect(findings).toEqual([]);
    expect(active.proj_b).toEqual(['cert_a1']);
  });
});
