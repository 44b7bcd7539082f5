import { expect, it } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { createAuditWatch } from '../../../../simulation/judges/promises/audit.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const HOUR = 3_600_000;
const BEGIN = 1000 * NOW;
const OWN = { execution: 'one', invocation: 1 };

/**
 * Returns the findings for a look at the log that tells nothing of a change with our key. Before it a run was
 * about to activate one anchor in each of these scopes, and to deactivate one. With `isCutBeforeIt` another
 * key made that cut before the run could.
 */
function saidOf({ activated, isCutBeforeIt }: { activated: string[]; isCutBeforeIt: boolean }): string[] {
  const scenario = calmScenario();
  const watch = createAuditWatch({
    scenario,
    rules: createRules(scenario),
    replay: createReplay({ projects: ['proj_a'] }),
  });
  const line = (event: string, scope: string, detail: object) => ({
    ...{ at: BEGIN + HOUR, what: 'recorded', by: OWN },
    entry: { execution: OWN.execution, at: instant(NOW + 3_600), event, scope, detail },
  });
  const trust = (active: boolean, anchorId: string, by: unknown, scope = 'organization') => ({
    ...{ at: BEGIN + HOUR + 1, what: 'trust', scope, active, anchorIds: [anchorId], by },
  });
  const story = [
    { ...line('planned', 'organization', {}), entry: { event: 'planned', at: instant(NOW), detail: {} } },
    ...activated.flatMap((scope) => [
      line('activating', scope, { activating: ['cert_acme1'] }),
      trust(true, 'cert_acme1', OWN, scope),
    ]),
    line('deactivating', 'organization', { deactivating: ['cert_acme0'] }),
    ...(isCutBeforeIt ? [trust(false, 'cert_acme0', 'outsider')] : []),
    { ...trust(false, 'cert_globex1', 'outsider'), withOurKey: true },
    { at: BEGIN + 48 * HOUR, what: 'called', ...OWN, call: { op: 'audit', changes: false }, answer: {} },
    { at: BEGIN + 48 * HOUR + 1, what: 'returned', ...OWN, result: {}, heard: true },
  ];
  return (story as LoggedEvent[]).flatMap(watch).map(({ what }) => what);
}

it('F19: what somebody did with our key is told once the log has something of ours', () => {
  expect(saidOf({ activated: ['organization'], isCutBeforeIt: false }).join()).toContain(
    'certificates.deactivated cert_globex1',
  );
  expect(saidOf({ activated: [], isCutBeforeIt: false })).toEqual([]);
});

it('F19: nobody can tell which key is ours where another made as many of the changes that a run was about to make', () => {
  expect(saidOf({ activated: ['organization'], isCutBeforeIt: true })).toEqual([]);
  expect(saidOf({ activated: ['organization', 'proj_a'], isCutBeforeIt: true })).not.toEqual([]);
});
