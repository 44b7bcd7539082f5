import { expect, it } from 'vitest';
import { leftActive } from '../../../simulation/judges/promises/left-widened.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import type { ScenarioAnchor } from '../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const at = 1_000 * NOW;
const anchor = (generation: number): ScenarioAnchor => ({
  ...{ id: `cert_acme${generation}`, name: `acme@${generation}`, line: 'acme', generation, renewed: false },
  ...{ validAt: NOW - 86_400, expiresAt: NOW + 90 * 86_400, activeIn: [] },
});

/** What is found where a run leaves the successor active that lets a witness in, beside a client that runs on an anchor which is uploaded or was. */
function foundBeside({ runsOn, isUploaded }: { runsOn: string; isUploaded: boolean }): string[] {
  const scenario = calmScenario({
    anchors: [anchor(0), anchor(1), anchor(2)],
    clients: [{ name: 'search', project: 'proj_a', running: { anchor: runsOn }, staged: null }],
    witnesses: [
      {
        ...{ name: 'stranger', project: 'proj_a', line: 'acme' },
        ...{ current: { anchor: 'cert_acme1' }, pending: null },
      },
    ],
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const by = { execution: 'one', invocation: 1 };
  for (const id of ['cert_acme0', 'cert_acme1', 'cert_acme2'])
    replay.apply({ at, what: 'anchor', by: 'setup', anchorId: id, exists: id !== runsOn || isUploaded });
  replay.apply({ at, what: 'started', execution: 'one', request: {} });
  replay.apply({
    at,
    what: 'leaf',
    by: 'setup',
    client: 'search',
    stage: 'AWSCURRENT',
    from: null,
    to: runsOn,
  });
  replay.apply({ at, what: 'trust', by: 'setup', scope: 'proj_a', active: true, anchorIds: ['cert_acme0'] });
  replay.apply({ at, what: 'trust', by, scope: 'proj_a', active: true, anchorIds: ['cert_acme1'] });
  const undone = [{ scope: 'proj_a', at, pairs: [{ successor: 'cert_acme1' }] }];
  return leftActive({ at, execution: 'one' }, undone, { replay, rules: createRules(scenario), scenario }).map(
    ({ kind }) => kind,
  );
}

it('F16: what lets a witness in is not left to a client that runs on another anchor', () => {
  expect(foundBeside({ runsOn: 'cert_acme2', isUploaded: true })).toEqual(['widened']);
  expect(foundBeside({ runsOn: 'cert_acme1', isUploaded: true })).toEqual([]);
});

it('I9: it is left to one whose leaf leads to nothing that is uploaded: that may lead to any', () => {
  expect(foundBeside({ runsOn: 'cert_acme2', isUploaded: false })).toEqual([]);
});
