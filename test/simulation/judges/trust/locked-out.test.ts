import { describe, expect, it } from 'vitest';
import { createRules } from '../../../../simulation/judges/rules.ts';
import { lockedOutBy } from '../../../../simulation/judges/trust/locked-out.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const [OLD, NEXT] = ['cert_acme0', 'cert_acme1'];
const anchor = (id: string, generation: number) => ({
  ...{ id, name: `acme@${generation}`, line: 'acme', generation, renewed: false },
  ...{ validAt: NOW - 90 * DAY, expiresAt: NOW + 90 * DAY, activeIn: ['proj_a'] },
});
const at = 1000 * NOW;
const run = { execution: 'one', invocation: 2 };

/**
 * Returns the clients that an undo locks out by taking a successor back, where the client api runs on a leaf
 * of it.
 */
function foundWhere({ leaf, isOurs }: { leaf: string; isOurs: boolean }): string[] {
  const scenario = calmScenario({
    clients: [{ name: 'api', project: 'proj_a', running: { anchor: NEXT }, staged: null }],
    anchors: [anchor(OLD, 0), anchor(NEXT, 1)],
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const trust = { at, what: 'trust' as const, scope: 'proj_a' };
  const invoked = { at, what: 'invoked' as const, execution: 'one', state: 'A step', input: {} };
  const story: LoggedEvent[] = [
    { ...trust, at: at - 2, by: 'setup', active: true, anchorIds: isOurs ? [OLD] : [OLD, NEXT] },
    { ...trust, what: 'leaf', by: 'setup', client: 'api', stage: 'AWSCURRENT', from: null, to: `${leaf}#1` },
    { at: at - 1, what: 'started', execution: 'one', request: {} },
    { ...invoked, invocation: 1, step: 'activate' },
    ...(isOurs
      ? [{ ...trust, by: { ...run, invocation: 1 }, active: true, anchorIds: [NEXT] } satisfies LoggedEvent]
      : []),
    { ...invoked, invocation: 2, step: 'undo' },
  ];
  for (const event of story) replay.apply(event);
  const change = { ...trust, by: run, active: false, anchorIds: [NEXT] };
  return lockedOutBy(change, { replay, rules: createRules(scenario), scenario }).map(({ what }) => what);
}

const lockout = [`api by deactivating ${NEXT} in proj_a`];

describe('an undo that takes a successor back from under a client that nobody can place', () => {
  const leaf = `${NEXT}~unplaced`;

  it('locks out nobody where its own run had let that one in', () => {
    expect(foundWhere({ leaf, isOurs: true })).toEqual([]);
  });

  it('does where it was in before', () => {
    expect(foundWhere({ leaf, isOurs: false })).toEqual(lockout);
  });
});

it('an undo that takes a successor back from under a client whose leaf is known to lead there locks it out', () => {
  expect(foundWhere({ leaf: NEXT, isOurs: true })).toEqual(lockout);
});
