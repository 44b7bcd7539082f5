import { describe, expect, it } from 'vitest';
import { policySchema } from '../../lambdas/domain/policy.ts';
import type { Scenario, ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, DAY, HOUR, MINUTE, START, storyOf, tell } from './story.ts';

const run: ScenarioEvent = { id: 'run', at: START + HOUR, kind: 'run', request: {} };

/** The first run is stopped between its cut and its confirmation; a minute later billing's owner goes back. */
async function toldOf(others: readonly string[], more: Partial<Scenario> = {}) {
  const plain = storyOf({
    ...{ days: 12, anchors: [acme(0, 20, ['proj_a']), acme(1, 800)] },
    clients: ['billing', ...others].map((name) => client(name, 'proj_a')),
    events: [run],
  });
  const goesBack = { client: 'billing', seconds: MINUTE };
  const story = { ...plain, calm: START + 8 * DAY, goesBack, ...more };
  const { log, ends, active, findings } = await tell(story);
  const causes = log.flatMap((event) => (event.what === 'ended' && event.error ? [event.cause ?? ''] : []));
  return { ends: ends.filter((end) => end !== 'green'), active, findings, causes };
}

describe('a client that goes back to its old leaf after a cut that nobody confirmed (I10, I11)', () => {
  it.each([
    { what: 'that another client could confirm', others: ['search'], evidence: 'probe' },
    { what: 'that nobody else could confirm', others: [], evidence: 'probe' },
    { what: 'that the listing would confirm', others: ['search'], evidence: 'listing' },
  ])('is let in again by the next run, red and by name, after a cut $what', async ({ others, evidence }) => {
    const told = await toldOf(others, { policy: policySchema.parse({ evidence }) });
    expect(told.active).toEqual({ proj_a: ['cert_a1', 'cert_a0'] });
    expect(told.findings).toEqual([]);
    expect(told.ends[1]).toBe('ClientOnRetiring');
    expect(told.causes.join()).toContain(
      'billing runs on cert_a0, which an earlier run has cut in proj_a and nobody has confirmed: it gets in by no leaf, so that cert_a0 is put back there. Stage a leaf of cert_a1 for it',
    );
    // From then on its missing leaf blocks the cut by name.
    expect(told.causes.at(-1)).toContain('client billing runs on cert_a0 and no leaf is staged');
  });

  it.each([['search'], []])(
    'is only named where the anchor is on hold by then (I5), beside %j',
    async (...others) => {
      const hold: ScenarioEvent = {
        id: 'hold',
        at: START + 7 * DAY + 4 * MINUTE,
        kind: 'hold',
        hold: ['cert_a0'],
      };
      const told = await toldOf(others, { events: [run, hold] });
      expect(told.active).toEqual({ proj_a: ['cert_a1'] });
      expect(told.findings).toEqual([]);
      expect(told.ends[1]).toBe('Blocked');
      expect(told.causes[1]).toContain(
        'billing gets in nowhere: it runs on cert_a0, which was cut in proj_a and is on hold, so that nobody puts it back. Make a leaf of cert_a1 current for it, or activate cert_a0 there by hand',
      );
    },
  );
});
