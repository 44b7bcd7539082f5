import { expect, it } from 'vitest';
import { leftActive } from '../../../../simulation/judges/promises/left-widened.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import type { ScenarioAnchor } from '../../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const at = 1_000 * NOW;
const anchor = (generation: number, about: Partial<ScenarioAnchor> = {}): ScenarioAnchor => ({
  ...{ id: `cert_acme${generation}`, name: `acme@${generation}`, line: 'acme', generation, renewed: false },
  ...{ validAt: NOW - 180 * DAY, expiresAt: NOW + 90 * DAY, activeIn: [] },
  ...about,
});

type Beside = {
  /** The anchor of the client's leaf. */
  runsOn: string;
  /** The anchors that somebody has deleted. */
  deleted?: readonly string[];
  /**
   * Whether the retiring anchor has expired, whether it is inactive, and whether the successor is its
   * renewal.
   */
  retiring?: { isExpired?: true; isInactive?: true; isRenewed?: true };
};

/** Returns the findings where a run leaves a successor active that lets a witness in. */
function foundBeside({ runsOn, deleted = [], retiring = {} }: Beside): string[] {
  const anchors = [
    anchor(0, retiring.isExpired && { expiresAt: NOW - DAY }),
    anchor(1, retiring.isRenewed && { renewed: true }),
    anchor(2),
    anchor(3),
  ];
  const witness = { name: 'stranger', project: 'proj_a', line: 'acme' };
  const scenario = calmScenario({
    anchors,
    clients: [{ name: 'search', project: 'proj_a', running: { anchor: runsOn }, staged: null }],
    witnesses: [{ ...witness, current: { anchor: 'cert_acme1' }, pending: null }],
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  for (const { id: anchorId } of anchors)
    replay.apply({ at, what: 'anchor', by: 'setup', anchorId, exists: !deleted.includes(anchorId) });
  replay.apply({ at, what: 'started', execution: 'one', request: {} });
  const leaf = { what: 'leaf', client: 'search', stage: 'AWSCURRENT', from: null, to: runsOn } as const;
  replay.apply({ at, by: 'setup', ...leaf });
  const trust = { at, what: 'trust', scope: 'proj_a', active: true } as const;
  const before = ['cert_acme3', ...(retiring.isInactive ? [] : ['cert_acme0'])];
  replay.apply({ ...trust, by: 'setup', anchorIds: before });
  replay.apply({ ...trust, by: { execution: 'one', invocation: 1 }, anchorIds: ['cert_acme1'] });
  const pairs = [{ retiring: 'cert_acme0', successor: 'cert_acme1' }];
  return leftActive({ at, execution: 'one' }, [{ scope: 'proj_a', at, pairs }], {
    ...{ replay, scenario },
    rules: createRules(scenario),
  }).map(({ kind }) => kind);
}

it('F16: what lets a witness in is not left to a client that runs on another anchor', () => {
  expect(foundBeside({ runsOn: 'cert_acme2' })).toEqual(['widened']);
  expect(foundBeside({ runsOn: 'cert_acme1' })).toEqual([]);
});

const GONE = { runsOn: 'cert_acme2', deleted: ['cert_acme2'] };

it('I9: what replaces an anchor that lets nobody in any more is left to one whose leaf leads to nothing that is uploaded', () => {
  expect(foundBeside({ ...GONE, retiring: { isExpired: true } })).toEqual([]);
  expect(foundBeside({ ...GONE, retiring: { isInactive: true } })).toEqual([]);
});

it('F16: what replaces an anchor that lets clients in is not left to such a client, be it a renewal or not', () => {
  expect(foundBeside(GONE)).toEqual(['widened']);
  expect(foundBeside({ ...GONE, retiring: { isRenewed: true } })).toEqual(['widened']);
});

it('I9: what nobody can place may lead to any successor', () => {
  expect(foundBeside({ runsOn: 'cert_acme2~unplaced' })).toEqual([]);
});
