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

/** Who was made to run on what, and what plans have blocked by whom or because nothing is asked for. */
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
    // The emergency finds nothing to cut, and whoever hangs from that; what follows within minutes says what to do.
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

describe('whoever is outside by what has leaked, once the successor is active and a leaf of it is there', () => {
  it('is moved by the next run after somebody has activated the successor by hand', async () => {
    const trust: ScenarioEvent = {
      ...{ id: 'trust', at: START + 2 * HOUR, kind: 'trust', anchor: 'cert_a1', scope: 'proj_a' },
    };
    const { moved, ends, findings, active } = await toldOf({
      ...{ days: 4, anchors: [acme(0, 300, ['proj_a']), acme(1, 800), globex] },
      clients: [client('billing', 'proj_a'), other],
      events: [byHand, fire, trust, run('after', 70, { mode: 'manual', reason: 'by hand' })],
    });
    expect(moved).toEqual(['billing']);
    expect(ends.slice(-3)).toEqual(['green', 'green', 'green']);
    expect(active).toEqual({ proj_a: ['cert_g0', 'cert_a1'] });
    expect(findings).toEqual([]);
  });

  it('is moved by the emergency itself where whoever has cut by hand has activated it before', async () => {
    const { moved, ends, findings } = await toldOf({
      ...{ days: 4, anchors: [acme(0, 300, ['proj_a']), acme(1, 800, ['proj_a'])] },
      clients: [client('billing', 'proj_a')],
      events: [byHand, fire],
    });
    expect(moved).toEqual(['billing']);
    expect(ends.every((end) => end === 'green')).toBe(true);
    expect(findings).toEqual([]);
  });

  it('is moved by a run by hand where it was left behind before its leaf was there (I6)', async () => {
    const { moved, ends, findings } = await toldOf({
      ...{ days: 4, anchors: [acme(0, 300, ['proj_a']), acme(1, 800)] },
      clients: [client('api', 'proj_a'), client('billing', 'proj_a', null)],
      events: [
        run('fire', 0, { ...leaked, leaveBehind: ['billing'] }),
        { id: 'late', at: START + 2 * HOUR, kind: 'stage', client: 'billing', leaf: { anchor: 'cert_a1' } },
        run('manual', 120, { mode: 'manual', reason: 'by hand' }),
      ],
    });
    expect(moved).toEqual(['api', 'billing']);
    expect(ends.every((end) => end === 'green')).toBe(true);
    expect(findings).toEqual([]);
  });

  it('keeps its leaf where the new one is turned away, red, and is tried ever later (I9)', async () => {
    const filtered = acme(1, 800, ['proj_a'], { filter: 'subject.common_name != "billing"' });
    const { moved, ends } = await toldOf({
      ...{ days: 4, anchors: [acme(0, 300, ['proj_a']), filtered, globex] },
      clients: [client('billing', 'proj_a'), other],
      events: [byHand, fire],
    });
    expect(moved).toEqual([]);
    expect(ends).toContain('SuccessorRefused');
  });
});
