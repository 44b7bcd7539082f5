import { expect, it } from 'vitest';
import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { createExpiredWatch } from '../../../../simulation/judges/blocking/expired.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const [OLD, NEXT] = ['cert_acme0', 'cert_acme1'];

/**
 * Returns the findings when the old anchor expires. A client runs on it and has a leaf of its renewal staged.
 * Both anchors have one key. `scope` is where the old one is active, and `admin` is the admin credential's
 * leaf.
 */
function foundWith({ scope, admin }: { scope: string; admin?: string }): string[] {
  const about = { line: 'acme', validAt: NOW - 90 * DAY, activeIn: [scope] };
  const scenario = calmScenario({
    ...{ start: NOW - 30 * DAY, calm: NOW - 20 * DAY, end: NOW + 9 * DAY },
    anchors: [
      { ...about, id: OLD, name: 'acme@0', generation: 0, renewed: false, expiresAt: NOW },
      { ...about, id: NEXT, name: 'acme@1', generation: 1, renewed: true, expiresAt: NOW + 200 * DAY },
    ],
    clients: [{ name: 'api', project: 'proj_a', running: { anchor: OLD }, staged: null }],
  });
  const setup = { at: 1000 * scenario.start, by: 'setup' as const };
  const leaf = { ...setup, what: 'leaf' as const, client: 'api', from: null };
  const story: LoggedEvent[] = [
    ...[OLD, NEXT].map((anchorId): LoggedEvent => ({ ...setup, what: 'anchor', anchorId, exists: true })),
    { ...setup, what: 'trust', scope, active: true, anchorIds: [OLD] },
    { ...leaf, stage: 'AWSCURRENT', to: `${OLD}#1` },
    { ...leaf, stage: 'AWSPENDING', to: `${NEXT}#1` },
    ...(admin ? [{ ...setup, what: 'admin', from: null, to: admin } satisfies LoggedEvent] : []),
  ];
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createExpiredWatch({ replay, rules: createRules(scenario), scenario });
  const end: LoggedEvent = { at: 1000 * NOW, what: 'ended', execution: 'one', error: null, cause: '' };
  return [...story, end].flatMap((event) => {
    replay.apply(event);
    return watch(event).map(({ kind }) => kind);
  });
}

it('a client that could have been moved is found at the end of what it runs on (I17)', () => {
  expect(foundWith({ scope: 'proj_a' })).toEqual(['leftToExpire']);
  expect(foundWith({ scope: ORGANIZATION })).toEqual(['leftToExpire']);
});

it('no run activates a renewal in the organization that may be asked about the admin credential (F7, F10)', () => {
  expect(foundWith({ scope: ORGANIZATION, admin: `${OLD}#1` })).toEqual([]);
  expect(foundWith({ scope: 'proj_a', admin: `${OLD}#1` })).toEqual(['leftToExpire']);
});
