import { describe, expect, it } from 'vitest';
import type { ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, HOUR, START, storyOf, tell } from './story.ts';

/** A client that no deployment names between two times, in hours after the start of the story. */
const unnamed = (name: string, from: number, until: number): ScenarioEvent => ({
  ...{ id: `unnamed ${name}`, at: START + HOUR * from, kind: 'trouble', broken: `unnamed ${name}` },
  until: START + HOUR * until,
});
const run: ScenarioEvent = { id: 'run', at: START + HOUR, kind: 'run', request: {} };
const clients = [client('billing', 'proj_a'), client('search', 'proj_a', null)];
const anchors = [acme(0, 25, ['proj_a']), acme(1, 800)];

const errorsOf = (ends: readonly (string | null)[]) => ends.filter((end) => end !== 'green');

describe('a deployment while a rotation soaks', () => {
  it('names a client whom the cut would lock out: the run that is older cuts nothing, and the next one is held up by name (I1)', async () => {
    const { log, ends, active, findings } = await tell(
      storyOf({ days: 14, anchors, clients, events: [unnamed('search', 0, 20), run] }),
    );
    expect(errorsOf(ends).slice(0, 2)).toEqual(['ConfigurationChanged', 'Blocked']);
    expect(log.some(({ what, ...event }) => what === 'trust' && 'active' in event && !event.active)).toBe(
      false,
    );
    expect(active).toEqual({ proj_a: ['cert_a0', 'cert_a1'] });
    expect(findings).toEqual([]);
  });

  it('takes out the client that held it up, which is nobody any more whom a cut waits for', async () => {
    const { active, findings } = await tell(
      storyOf({ days: 19, anchors, clients, events: [run, unnamed('search', 24, 30 * 24)] }),
    );
    expect(active).toEqual({ proj_a: ['cert_a1'] });
    expect(findings).toEqual([]);
  });
});
