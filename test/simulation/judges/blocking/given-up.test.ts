import { expect, it } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { createGivenUpWatch } from '../../../../simulation/judges/blocking/given-up.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const at = 1000 * NOW;
const execution = 'one';
const by = { execution, invocation: 1 };
const next = instant(NOW + 300);

/** Returns the findings for a run that has failed, after the events of `befell`. */
function saidOf({
  request = { startedBy: 'the next rotation' },
  befell = [],
}: {
  request?: object;
  befell?: object[];
}): string[] {
  const scenario = calmScenario();
  const replay = createReplay({ projects: ['proj_a'] });
  const watch = createGivenUpWatch({ replay, rules: createRules(scenario), scenario });
  const entry = { execution, startedAt: instant(NOW), at: instant(NOW), event: 'ended', detail: {} };
  const story = [
    { at, what: 'schedule', by: 'outsider', next: null },
    { at, what: 'started', execution, request },
    ...befell.map((one) => ({ at, ...one })),
    { at, what: 'recorded', by, entry },
    { at, what: 'ended', execution, error: 'ApiUnavailable', cause: '' },
  ] as LoggedEvent[];
  return story.flatMap((event) => {
    replay.apply(event);
    return watch(event).map(({ kind }) => kind);
  });
}

const planned = [
  { what: 'invoked', ...by, state: 'Plan', step: 'plan', input: {} },
  {
    what: 'returned',
    ...by,
    result: { decision: 'idle', successions: [], blocked: [], waves: [] },
    heard: true,
  },
];

it('rule 6: a run that another has set a time for sets the next, where it never gets a plan', () => {
  expect(saidOf({})).toEqual(['schedule']);
});

it.each([
  ['it sets one', { befell: [{ what: 'schedule', by, next }] }],
  ['it had a plan', { befell: planned }],
  ['it was stopped', { befell: [{ what: 'killed', execution, why: 'by hand' }] }],
  ['it is the sweep', { request: { startedBy: 'the daily sweep' } }],
  [
    'they have failed for so long that the sweep is as soon',
    { request: { startedBy: 'the next rotation', failingSince: instant(NOW - 80_000) } },
  ],
])('says nothing where %s', (_, story) => {
  expect(saidOf(story)).toEqual([]);
});
