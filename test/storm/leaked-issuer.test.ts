import { describe, expect, it } from 'vitest';
import { authorityOf, issuingKeyOf } from '../../simulation/certificates/material.ts';
import type { ScenarioClient, ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, HOUR, START, storyOf, tell } from './story.ts';

/** The key of the CA that issues below acme's first root. That CA was never uploaded. */
const keys = [issuingKeyOf(authorityOf('acme', 0))];

const emergency = (leaked: { keys?: string[] } = {}): ScenarioEvent => ({
  ...{ id: 'fire', at: START + HOUR, kind: 'run' },
  request: { mode: 'emergency', anchors: ['cert_a0'], reason: 'leaked', ...leaked },
});
/**
 * The next root has certified the CA that issued the client's leaf. So the staged leaf is the running leaf,
 * below the next root.
 */
const recertified: ScenarioClient = {
  ...{ name: 'api', project: 'proj_a' },
  running: { anchor: 'cert_a0', intermediate: true },
  staged: { anchor: 'cert_a1', intermediate: true, sameAs: 'cert_a0' },
};
const anchors = [acme(0, 400, ['proj_a']), acme(1, 800)];
const story = (event: ScenarioEvent, more: Partial<Parameters<typeof storyOf>[0]> = {}) =>
  storyOf({ days: 2, anchors, clients: [recertified], events: [event], ...more });

describe('the key of a CA that was never uploaded has leaked (I15)', () => {
  it('no successor takes over that has certified it, and the run is red', async () => {
    const { active, ends, findings } = await tell(story(emergency({ keys })));
    expect(active).toEqual({ proj_a: ['cert_a0'] });
    // The first run was a sweep, before the key was named.
    expect(ends.slice(1)).not.toContain('green');
    expect(findings).toEqual([]);
  });

  it('who has once been seen to have certified it lets it in for good, whatever lies in the secrets by then', async () => {
    const restaged = [2, 3].map(
      (hours, i): ScenarioEvent => ({
        ...{ id: `stage ${hours}`, at: START + hours * HOUR, kind: 'stage', client: 'api' },
        ...{ leaf: { anchor: 'cert_a2' }, ...(i === 1 && { stage: 'AWSCURRENT' as const }) },
      }),
    );
    const again: ScenarioEvent = { ...restaged[1], id: 'stage 4', at: START + 4 * HOUR } as ScenarioEvent;
    const both = [acme(0, 400, ['proj_a']), acme(1, 800, ['proj_a']), acme(2, 900)];
    const { active, ends, findings } = await tell(
      story(emergency({ keys }), {
        ...{ days: 3, anchors: both },
        events: [emergency({ keys }), ...restaged, again],
      }),
    );
    expect(active).toEqual({ proj_a: ['cert_a1', 'cert_a2'] });
    expect(ends.at(-1)).toBe('Blocked');
    expect(findings).toEqual([]);
  });

  it('a root that has certified no leaked key takes over', async () => {
    const clients = [client('api', 'proj_a', 'cert_a2')];
    const { active, ends, findings } = await tell(
      story(emergency({ keys }), { anchors: [...anchors, acme(2, 900)], clients }),
    );
    expect(active).toEqual({ proj_a: ['cert_a2'] });
    expect(ends).not.toContain('Blocked');
    expect(findings).toEqual([]);
  });

  it('where it is not named, the same leaf takes over', async () => {
    const { active, findings } = await tell(story(emergency()));
    expect(active).toEqual({ proj_a: ['cert_a1'] });
    expect(findings).toEqual([]);
  });
});
