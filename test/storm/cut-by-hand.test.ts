import { describe, expect, it } from 'vitest';
import type {
  ScenarioAnchor,
  ScenarioClient,
  ScenarioEvent,
} from '../../simulation/organizations/scenario.ts';
import { acme, client, DAY, HOUR, MINUTE, START, storyOf, tell } from './story.ts';

const globex: ScenarioAnchor = {
  ...{ id: 'cert_g0', name: 'globex@0', line: 'globex', generation: 0, renewed: false },
  ...{ validAt: START - 90 * DAY, expiresAt: START + 400 * DAY, activeIn: ['proj_a'] },
};
const other: ScenarioClient = {
  ...{ name: 'other', project: 'proj_a', running: { anchor: 'cert_g0' }, staged: null },
};

const leaked = { mode: 'emergency' as const, anchors: ['cert_a0'], reason: 'leaked' };
const run = (id: string, minutes: number, request: object): ScenarioEvent => ({
  ...{ id, at: START + HOUR + minutes * MINUTE, kind: 'run', request: request as typeof leaked },
});
const byHand: ScenarioEvent = {
  ...{ id: 'by hand', at: START + HOUR, kind: 'distrust', anchor: 'cert_a0', scope: 'proj_a' },
};
const fire = run('fire', 5, leaked);
const manual = run('manual', 60, { mode: 'manual', reason: 'by hand' });

/** Returns how the runs ended, whom they moved, and the causes of those that ended blocked. */
async function toldOf(story: Parameters<typeof storyOf>[0]) {
  const { log, ends, active, findings } = await tell(storyOf(story));
  const moved = log.flatMap((event) =>
    event.what === 'leaf' && event.by !== 'setup' && event.stage === 'AWSCURRENT' ? event.client : [],
  );
  const reasons = log.flatMap((event) =>
    event.what === 'ended' && event.error === 'Blocked' ? (event.cause ?? '') : [],
  );
  return { ends, active, findings, moved, reasons };
}

describe('an anchor that somebody has deactivated by hand before the emergency that names it (I13)', () => {
  it('leaves its client outside, by name and red, once, where another authority goes on enforcing', async () => {
    const { ends, reasons, findings, active } = await toldOf({
      ...{ days: 4, anchors: [acme(0, 300, ['proj_a']), acme(1, 800), globex] },
      clients: [client('billing', 'proj_a'), other],
      events: [byHand, fire, manual],
    });
    // The emergency finds nothing to cut, and finds the client that runs on that anchor. The run within
    // minutes after it says what to do.
    expect(ends.slice(0, 3)).toEqual(['green', 'SuccessorNotActive', 'Blocked']);
    expect(ends.slice(3).every((end) => end === 'green')).toBe(true);
    expect(reasons[0]).toContain(
      'client billing runs on cert_a0, which is compromised and active nowhere for it: it gets in nowhere. Activate cert_a1 in proj_a by hand',
    );
    expect(active).toEqual({ proj_a: ['cert_g0'] });
    expect(findings).toEqual([]);
  });

  it('leaves mutual TLS off where it was the last one, red, once, and turns it on nowhere (F8, I3)', async () => {
    const { ends, reasons, findings, active } = await toldOf({
      ...{ days: 4, anchors: [acme(0, 300, ['proj_a']), acme(1, 800)] },
      clients: [client('billing', 'proj_a', null)],
      events: [byHand, fire, manual],
    });
    expect(ends.filter((end) => end !== 'green')).toEqual(['Blocked']);
    expect(reasons[0]).toContain('mutual TLS is off in proj_a');
    expect(reasons[0]).toContain('make a leaf of cert_a1 current (AWSCURRENT)');
    expect(active).toEqual({ proj_a: [] });
    expect(findings).toEqual([]);
  });
});

describe('a client that an emergency has said is not ready, and that is outside after it (I13)', () => {
  const first = run('first', 0, leaked);
  const anchors = [acme(0, 300, ['proj_a']), acme(1, 800), globex];
  const outside = (reasons: readonly string[]) =>
    reasons.filter((reason) => reason.includes('client billing runs on cert_a0, which is compromised and'));

  it('is said to be outside, red, once, where somebody then deactivates the anchor by hand', async () => {
    const { reasons, findings } = await toldOf({
      ...{ days: 6, anchors, clients: [client('billing', 'proj_a', null), other] },
      events: [first, { ...byHand, at: START + 2 * HOUR }],
    });
    expect(outside(reasons)).toHaveLength(1);
    expect(findings).toEqual([]);
  });

  it('and where the emergency is repeated with leave to leave it behind, once its leaf is there', async () => {
    const { reasons, findings } = await toldOf({
      ...{ days: 6, anchors },
      clients: [client('billing', 'proj_a', null), client('ready', 'proj_a'), other],
      events: [
        first,
        run('again', 3, { ...leaked, leaveBehind: ['billing'] }),
        {
          ...{ id: 'leaf', at: START + HOUR + 4 * MINUTE, kind: 'stage', client: 'billing' },
          leaf: { anchor: 'cert_a1' },
        },
      ],
    });
    expect(outside(reasons)).toHaveLength(1);
    expect(findings).toEqual([]);
  });
});
