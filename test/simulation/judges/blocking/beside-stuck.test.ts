import { expect, it } from 'vitest';
import { createBesideStuckWatch } from '../../../../simulation/judges/blocking/beside-stuck.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario } from '../calm-scenario.ts';

const by = { execution: 'sweep', invocation: 1 };
const successions = [
  { retiring: 'cert_acme0', successor: 'cert_acme1' },
  { retiring: 'cert_globex0', successor: 'cert_globex1' },
];
const everything = successions.flatMap(({ retiring, successor }) => [retiring, successor]);

const deleted = (anchorId: string): LoggedEvent => ({
  ...{ at: 5, what: 'anchor', by: 'outsider', anchorId, exists: false },
});
const cut: LoggedEvent = {
  ...{ at: 4, what: 'trust', by, scope: 'proj_a', active: false, anchorIds: ['cert_acme0'] },
};

/**
 * Returns the findings for a step that gives up because the API refuses `stuck`, after the events of `story`.
 */
function foundAfter(step: 'activate' | 'deactivate', stuck: string, ...story: LoggedEvent[]): string[] {
  const replay = createReplay({ projects: ['proj_a'] });
  const scenario = calmScenario();
  const watch = createBesideStuckWatch({ replay, rules: createRules(scenario), scenario });
  const input = { plan: { scope: 'proj_a', successions } };
  const events: LoggedEvent[] = [
    ...everything.map(
      (anchorId): LoggedEvent => ({ at: 1, what: 'anchor', by: 'setup', anchorId, exists: true }),
    ),
    { at: 2, what: 'trouble', broken: `stuck ${stuck}`, mended: false },
    { at: 3, what: 'invoked', ...by, state: 'The step', step, input },
    ...story,
    { at: 6, what: 'failed', ...by, error: 'ApiRefused', message: '' },
  ];
  return events.flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

const UNPROVEN = 'The step in proj_a gave up for what is stuck, and left cert_acme1 unproven';
const ACTIVE = 'The step in proj_a gave up for what is stuck, and left cert_acme0 active or unconfirmed';

it('what is stuck keeps nothing beside it unproven, active or unconfirmed (I16, I17)', () => {
  expect(foundAfter('activate', 'cert_globex1')).toEqual([UNPROVEN]);
  expect(foundAfter('deactivate', 'cert_globex0')).toEqual([ACTIVE]);
});

it('what somebody has deleted meanwhile leaves nothing to prove and nothing to cut', () => {
  expect(foundAfter('activate', 'cert_globex1', deleted('cert_acme1'))).toEqual([]);
  expect(foundAfter('deactivate', 'cert_globex0', deleted('cert_acme0'))).toEqual([]);
});

it('nor does anything else that is deleted, nor a cut that was made before, excuse it', () => {
  expect(foundAfter('activate', 'cert_globex1', deleted('cert_acme0'))).toEqual([UNPROVEN]);
  expect(foundAfter('deactivate', 'cert_globex0', cut, deleted('cert_acme0'))).toEqual([ACTIVE]);
});
