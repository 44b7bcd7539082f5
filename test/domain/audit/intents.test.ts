import { expect, it } from 'vitest';
import { intentOf, isInTimeBy } from '../../../lambdas/domain/audit/intents.ts';
import type { LoggedChange } from '../../../lambdas/domain/audit/logged-change.ts';
import { reconcile } from '../../../lambdas/domain/audit/reconcile.ts';
import { tell } from '../../../lambdas/domain/audit/tell.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';

const NOW = 1_800_000_000;
const line = (at: number, event: JournalEntry['event'], detail: JournalEntry['detail']): JournalEntry => ({
  ...{ execution: 'one', startedAt: instant(NOW), at: instant(at), event, scope: 'proj_a', detail },
});
const change = (at: number, about: Partial<LoggedChange> = {}): LoggedChange => ({
  ...{ id: `audit_${at}`, at, type: 'certificates.activated', scope: 'proj_a', anchors: ['new'] },
  ...{ actor: 'key_ours', isKey: true, ...about },
});
const activating = (at: number) => line(at, 'activating', { activating: ['new'], before: ['old'] });
const run = { startedAt: instant(NOW), successions: [] };

it('F19: a change answers what a run was about to do until another look of that run has not seen it, by clocks that differ by minutes', () => {
  const isInTime = isInTimeBy([activating(NOW), activating(NOW + 300)]);
  const [intent] = intentOf(activating(NOW));
  const inTime = [600, 601].map((seconds) => intent && isInTime(intent, change(NOW + seconds)));
  expect(inTime).toEqual([true, false]);
});

it('F19: who makes by hand later what a run was about to do is told by that from no key of ours', () => {
  const [intent] = intentOf(activating(NOW));
  const isInTime = isInTimeBy([activating(NOW)]);
  const inTime = [900, 901].map((seconds) => intent && isInTime(intent, change(NOW + seconds)));
  expect(inTime).toEqual([true, false]);
});

it('F19: what the API has refused a run tells no key, whoever has made it, in that scope alone', () => {
  const refused = { activating: ['new'], before: ['old'], notTaken: ['new'] };
  const ended = line(NOW + 2, 'activating', refused);
  const oursBy = (...lines: JournalEntry[]) =>
    reconcile({ logged: [change(NOW + 1)], lines, looks: [], since: NOW - 86_400, run }).ours;
  expect(oursBy(activating(NOW), ended)).toEqual([]);
  expect(oursBy(activating(NOW))).toEqual(['key_ours']);
  expect(oursBy(activating(NOW), { ...ended, scope: 'proj_b' })).toEqual(['key_ours']);
  expect(oursBy(activating(NOW), { ...ended, detail: { ...refused, notTaken: ['other'] } })).toEqual([
    'key_ours',
  ]);
});

it('F19: nor does what it was refused to deactivate, whoever has done that', () => {
  const cutting = (at: number, detail = {}) =>
    line(at, 'deactivating', { deactivating: ['old'], before: ['old', 'new'], ...detail });
  const cut = change(NOW + 1, { type: 'certificates.deactivated', anchors: ['old'] });
  const oursBy = (...lines: JournalEntry[]) =>
    reconcile({ logged: [cut], lines, looks: [], since: NOW - 86_400, run }).ours;
  expect(oursBy(cutting(NOW), cutting(NOW + 2, { notTaken: ['old'] }))).toEqual([]);
  expect(oursBy(cutting(NOW), cutting(NOW + 2))).toEqual(['key_ours']);
  const back = line(NOW + 2, 'activating', { activating: ['old'], before: [], notTaken: ['old'] });
  expect(oursBy(cutting(NOW), back)).toEqual(['key_ours']);
});

it('F19: what was announced and the log names nobody for is ours, and is told of nobody', () => {
  const logged = [change(NOW + 1), change(NOW + 12, { actor: null, isKey: false, anchors: ['other'] })];
  const lines = [activating(NOW), line(NOW + 10, 'activating', { activating: ['other'], before: ['old'] })];
  const found = reconcile({ logged, lines, looks: [], since: NOW - 86_400, run });
  expect(found).toMatchObject({ found: 2, missing: 0, others: [], unknown: [] });
});

it.each([
  ['of the run that went on then', 500, 'x was of one, and was changed while it went on'],
  ['of no run, where it was made before that one began', -1, 'nothing that this run was about'],
  ['nor where it was made after that one had ended', 1_001, 'nothing that this run was about'],
])('F19: a change that comes late into the log is told as one %s', (_, seconds, meant) => {
  const looks = [line(NOW + 1_000, 'audited', { about: ['x'] })];
  const late = change(NOW + seconds, { anchors: ['x'], actor: 'user_eve', isKey: false });
  const later = { startedAt: instant(NOW + 9_000), successions: [] };
  expect(tell(late, { run: later, looks, isAnnounced: false }).meant).toContain(meant);
});
