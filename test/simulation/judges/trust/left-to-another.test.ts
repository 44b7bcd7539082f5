import { expect, it } from 'vitest';
import { createRules } from '../../../../simulation/judges/rules.ts';
import { createLeftToAnotherWatch } from '../../../../simulation/judges/trust/left-to-another.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { letsInOwn } from '../../../../simulation/organizations/filtered-twins.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const [OLD, OTHER] = ['cert_acme0', 'cert_globex0'];
const anchor = (id: string, line: string) => ({
  ...{ id, name: `${line}@0`, line, generation: 0, renewed: false },
  ...{ validAt: NOW - 90 * DAY, expiresAt: NOW + 90 * DAY, activeIn: ['proj_a'] },
});
const at = 1000 * NOW;

/**
 * Returns the findings for a run that ends green though it left a client to an anchor whose filter refuses
 * it. The flags say whether the client's API key was revoked at the cut and at the end.
 */
function foundWhere({ atTheCut, atTheEnd }: { atTheCut: boolean; atTheEnd: boolean }): string[] {
  const scenario = calmScenario({
    clients: [{ name: 'api', project: 'proj_a', running: { anchor: OLD, by: OTHER }, staged: null }],
    anchors: [anchor(OLD, 'acme'), { ...anchor(OTHER, 'globex'), filter: letsInOwn('globex') }],
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createLeftToAnotherWatch({ replay, rules: createRules(scenario), scenario });
  const trust = { at, what: 'trust' as const, scope: 'proj_a' };
  const trouble = (mended: boolean): LoggedEvent => ({ at, what: 'trouble', broken: 'revoked api', mended });
  const story: LoggedEvent[] = [
    { ...trust, by: 'setup', active: true, anchorIds: [OLD, OTHER] },
    {
      ...{ at, what: 'leaf', by: 'setup', client: 'api', stage: 'AWSCURRENT', from: null },
      to: `${OLD}~by=${OTHER}#1`,
    },
    { at, what: 'started', execution: 'one', request: {} },
    ...(atTheCut ? [trouble(false)] : []),
    { ...trust, by: { execution: 'one', invocation: 1 }, active: false, anchorIds: [OLD] },
    ...(atTheCut === atTheEnd ? [] : [trouble(atTheCut)]),
    { at, what: 'ended', execution: 'one', error: null, cause: '' },
  ];
  return story.flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
}

it('asks nothing of a green run for a client that says nothing from the cut to the end (I9)', () => {
  expect(foundWhere({ atTheCut: true, atTheEnd: true })).toEqual([]);
});

it('does for one that a host could have answered at some time since the cut (I1, F16)', () => {
  expect(foundWhere({ atTheCut: false, atTheEnd: false })).toEqual(['lockout']);
  expect(foundWhere({ atTheCut: true, atTheEnd: false })).toEqual(['lockout']);
  expect(foundWhere({ atTheCut: false, atTheEnd: true })).toEqual(['lockout']);
});
