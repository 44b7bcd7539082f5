import { expect, it } from 'vitest';
import { judgeGreen } from '../../../simulation/judges/green.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const succession = { retiring: 'cert_acme0', successor: 'cert_acme1' };
const share = {
  ...{ scope: 'proj_a', ownListing: true, successions: [succession] },
  checks: [{ client: 'api', successor: 'cert_acme1' }],
};

const at = (minutes: number) => 1_000 * (NOW + 60 * minutes);
const invoked = (minutes: number, execution: string, invocation: number, step: string): LoggedEvent => ({
  ...{ at: at(minutes), what: 'invoked', execution, invocation, state: step, step, input: { plan: share } },
});
const cutIn = (minutes: number, execution: string, invocation: number): LoggedEvent => ({
  ...{ at: at(minutes), what: 'trust', by: { execution, invocation }, scope: 'proj_a' },
  ...{ active: false, anchorIds: ['cert_acme0'] },
});
const confirmedIn = (minutes: number, execution: string, invocation: number): LoggedEvent => ({
  ...{ at: at(minutes), what: 'called', execution, invocation },
  call: {
    ...{ op: 'journal', about: 'cut proj_a#cert_acme0', changes: true },
    action: 'dynamodb:DeleteItem',
  },
});
const listedIn = (minutes: number, execution: string, invocation: number): LoggedEvent => ({
  ...{ at: at(minutes), what: 'called', execution, invocation },
  call: { op: 'list', scope: 'proj_a', changes: false },
});

/** What is found of an emergency that ends well after this, and has left the project to its own listing; both anchors were active when it began to plan. */
function foundAfter(...story: LoggedEvent[]): string[] {
  const replay = createReplay({ projects: ['proj_a'] });
  const anchorIds = ['cert_acme0', 'cert_acme1'];
  const events: LoggedEvent[] = [
    { at: at(0), what: 'trust', by: 'setup', scope: 'proj_a', active: true, anchorIds },
    invoked(1, 'emergency', 1, 'plan'),
    ...story,
  ];
  for (const event of events) replay.apply(event);
  const scenario = calmScenario();
  const context = { replay, scenario, rules: createRules(scenario) };
  const end = { at: at(9), what: 'ended', execution: 'emergency', error: null, cause: '' } as const;
  return judgeGreen(end, { decision: 'rotate', waves: [{ scopes: [share] }] }, context).map(
    ({ what }) => what,
  );
}

const UNSEEN = 'emergency ended well, and nobody saw the cut in proj_a confirmed';

/** Another run cuts the anchor while this one plans, and sees that confirmed. */
const byAnother = [
  ...[invoked(2, 'sweep', 2, 'deactivate'), cutIn(2, 'sweep', 2)],
  ...[invoked(3, 'sweep', 3, 'confirm'), confirmedIn(3, 'sweep', 3)],
];
const looks = [invoked(4, 'emergency', 4, 'activate'), listedIn(4, 'emergency', 4)];

it('a scope has nothing to cut by its own listing where another run has cut it since the plan began, and has seen that confirmed', () => {
  expect(foundAfter(...byAnother, ...looks)).toEqual([]);
});

it('it has where nobody has seen the cut of the other confirmed (I13)', () => {
  expect(foundAfter(...byAnother.slice(0, 2), ...looks)).toEqual([UNSEEN]);
});

it('it has where it had looked before that, or has cut it itself', () => {
  expect(foundAfter(...looks, ...byAnother.map((event) => ({ ...event, at: at(5) })))).toEqual([UNSEEN]);
  const own = byAnother.map((event) => JSON.parse(JSON.stringify(event).replaceAll('sweep', 'emergency')));
  expect(foundAfter(...looks, ...own)).toEqual([UNSEEN]);
  expect(foundAfter(...own, ...looks)).toEqual([UNSEEN]);
});
