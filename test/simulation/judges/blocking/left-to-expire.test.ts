import { expect, it } from 'vitest';
import { judgeLeftToExpire } from '../../../../simulation/judges/blocking/left-to-expire.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import type { ScenarioEvent } from '../../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;

/**
 * Returns the findings at the end for a client that was left on an old anchor though a leaf of the next one
 * is staged. A stranger has a leaf of the next anchor too.
 */
function foundWith(...events: ScenarioEvent[]): string[] {
  return foundAfter(events, []);
}

function foundAfter(events: ScenarioEvent[], more: readonly LoggedEvent[]): string[] {
  const anchorOf = (generation: number, days: number) => ({
    ...{ id: `cert_acme${generation}`, name: `acme@${generation}`, line: 'acme', generation },
    ...{ renewed: false, validAt: NOW - 90 * DAY, expiresAt: NOW + days * DAY, activeIn: ['proj_a'] },
  });
  const anchors = [anchorOf(0, 2), anchorOf(1, 200)];
  const scenario = calmScenario({
    ...{ start: NOW - 30 * DAY, calm: NOW - 9 * DAY, anchors, events },
    clients: [{ name: 'api', project: 'proj_a', running: { anchor: 'cert_acme0' }, staged: null }],
    witnesses: [
      {
        ...{ name: 'stranger', project: 'proj_a', line: 'acme' },
        ...{ current: { anchor: 'cert_acme1' }, pending: null },
      },
    ],
  });
  const about = { at: 1000 * scenario.start, by: 'setup' as const };
  const leaf = { ...about, what: 'leaf' as const, client: 'api', from: null };
  const ids = anchors.map(({ id }) => id);
  const story: LoggedEvent[] = [
    ...ids.map((anchorId): LoggedEvent => ({ ...about, what: 'anchor', anchorId, exists: true })),
    { ...about, what: 'trust', scope: 'proj_a', active: true, anchorIds: ids },
    { ...leaf, stage: 'AWSCURRENT', to: 'cert_acme0#1' },
    { ...leaf, stage: 'AWSPENDING', to: 'cert_acme1#1' },
  ];
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  for (const event of [...story, ...more]) replay.apply(event);
  return judgeLeftToExpire({ replay, rules: createRules(scenario), scenario }).map(({ kind }) => kind);
}

const mended = (days: number): ScenarioEvent => ({
  ...{ id: 'filter', at: NOW - days * DAY, kind: 'filter', anchor: 'cert_acme1' },
});

it('finds a client that could have been moved before its anchor ends (I17)', () => {
  expect(foundWith(mended(9))).toEqual(['leftToExpire']);
});

it('nobody is moved to an anchor by which somebody gets in who has to stay out, until the day after its filter is repaired (F16)', () => {
  expect(foundWith()).toEqual([]);
  expect(foundWith(mended(0.5))).toEqual([]);
});

it('nobody is moved to an anchor that the API refuses to activate, where it is not active yet', () => {
  const at = 1_000 * NOW;
  const stuck: LoggedEvent = { at, what: 'trouble', broken: 'stuck cert_acme1', mended: false };
  const away = { at, what: 'trust', scope: 'proj_a', active: false, anchorIds: ['cert_acme1'] } as const;
  expect(foundAfter([mended(9)], [{ ...away, by: 'outsider' }])).toEqual(['leftToExpire']);
  expect(foundAfter([mended(9)], [{ ...away, by: 'outsider' }, stuck])).toEqual([]);
  expect(foundAfter([mended(9)], [stuck])).toEqual(['leftToExpire']);
});
