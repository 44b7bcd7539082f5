import { expect, it } from 'vitest';
import { createHeldAndDueWatch } from '../../../../simulation/judges/blocking/held-and-due.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const [OLD, OTHER] = ['cert_acme0', 'cert_globex0'];
const by = { execution: 'one', invocation: 1 };

const anchor = (id: string, line: string, expiresAt: number) => ({
  ...{ id, name: `${line}@0`, line, generation: 0, renewed: false },
  ...{ validAt: NOW - 90 * DAY, expiresAt, activeIn: ['proj_a'] },
});

/**
 * Returns the findings for a plan that names nothing as blocked. The anchor is held from `isHeldAfter`
 * seconds after the run's start. Another anchor that lets the client in as well expired `otherEnded` seconds
 * before the plan looks.
 */
function foundWhere(
  { isHeldAfter, otherEnded = DAY }: { isHeldAfter: number; otherEnded?: number },
  ...meanwhile: LoggedEvent[]
): string[] {
  const scenario = calmScenario({
    ...{ start: NOW - DAY, end: NOW + DAY },
    clients: [{ name: 'one', project: 'proj_a', running: { anchor: OLD, by: OTHER }, staged: null }],
    anchors: [anchor(OLD, 'acme', NOW + DAY), anchor(OTHER, 'globex', NOW + 60 - otherEnded)],
  });
  const before = { at: 1000 * (NOW - DAY) };
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const holds = [{ at: NOW + isHeldAfter, hold: [OLD] }];
  const watch = createHeldAndDueWatch({ replay, rules: createRules(scenario, holds), scenario });
  const result = { decision: 'idle', mode: 'scheduled', blocked: [] };
  const story: LoggedEvent[] = [
    ...[OLD, OTHER].map((anchorId) => ({
      ...{ ...before, what: 'anchor' as const, by: 'setup' as const, anchorId, exists: true },
    })),
    { ...before, what: 'trust', by: 'setup', scope: 'proj_a', active: true, anchorIds: [OLD, OTHER] },
    {
      ...{ ...before, what: 'leaf', by: 'setup', client: 'one', stage: 'AWSCURRENT' },
      ...{ from: null, to: `${OLD}~by=${OTHER}#1` },
    },
    { at: 1000 * NOW, what: 'started', execution: 'one', request: {} },
    { at: 1000 * (NOW + 60), what: 'invoked', ...by, state: 'Plan', step: 'plan', input: {} },
    ...meanwhile,
    { at: 1000 * (NOW + 90), what: 'returned', ...by, result, heard: true },
  ];
  return story.flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
}

it('a plan that says nothing of a hold that somebody has forgotten is silent (I13)', () => {
  expect(foundWhere({ isHeldAfter: -60 })).toEqual(['silent']);
});

it('a plan goes by the holds that its run began with: what is put on hold meanwhile is for the next one to tell', () => {
  expect(foundWhere({ isHeldAfter: 30 })).toEqual([]);
});

it('nor does it tell of what somebody has made inactive right before it looked', () => {
  const at = 1000 * (NOW + 61);
  const change = { at, what: 'trust' as const, by: 'outsider' as const, scope: 'proj_a', anchorIds: [OLD] };
  expect(foundWhere({ isHeldAfter: -60 }, { ...change, active: false })).toEqual([]);
});

it('nor of what lets a client in beside another that may not have ended yet by the clock of the plan', () => {
  expect(foundWhere({ isHeldAfter: -60, otherEnded: 20 })).toEqual([]);
  expect(foundWhere({ isHeldAfter: -60, otherEnded: 1_000 })).toEqual(['silent']);
});
