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

const leased = (minutes: number, holder: string, released = false): LoggedEvent => ({
  ...{ at: at(minutes), what: 'lease', by: { execution: holder, invocation: 1 } },
  lease: { holder, mode: 'emergency', token: 1, takenAt: '', released },
});
const putBackIn = (minutes: number, execution: string, invocation: number): LoggedEvent => ({
  ...{ at: at(minutes), what: 'trust', by: { execution, invocation }, scope: 'proj_a' },
  ...{ active: true, anchorIds: ['cert_acme0'] },
});

/**
 * Returns the findings for an emergency that ends well after the events of `story`. It has left the project
 * to its own listing, and both anchors were active when it began to plan.
 */
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

const UNDONE = 'emergency ended well, and cert_acme0 has not given way to cert_acme1 in proj_a';
const UNSEEN = 'emergency ended well, and nobody saw the cut in proj_a confirmed';

/** Another run cuts the anchor while this one plans, and confirms that cut. */
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

const cut = [leased(1, 'emergency'), ...looks, invoked(5, 'emergency', 5, 'deactivate')];
const ownCut = [...cut, cutIn(5, 'emergency', 5)];
const later = [invoked(7, 'sweep', 7, 'activate'), putBackIn(7, 'sweep', 7)];

it('what it has done was done, where a run that has the lease after it has taken that back by now', () => {
  const freed = [...ownCut, leased(6, 'emergency', true)];
  expect(foundAfter(...freed, leased(7, 'sweep'), ...later)).toEqual([UNSEEN]);
  expect(foundAfter(...ownCut, leased(6, 'sweep'), ...later)).toEqual([UNSEEN]);
});

it('it was not where nobody else has had the lease, or it had not been done by then (I13)', () => {
  expect(foundAfter(...ownCut, leased(6, 'emergency', true), ...later)).toEqual([UNDONE, UNSEEN]);
  expect(foundAfter(...cut, leased(6, 'emergency', true), leased(7, 'sweep'))).toEqual([UNDONE, UNSEEN]);
  const before = [...ownCut, putBackIn(6, 'emergency', 5), leased(6, 'emergency', true)];
  expect(foundAfter(...before, leased(7, 'sweep'))).toEqual([UNDONE, UNSEEN]);
});
