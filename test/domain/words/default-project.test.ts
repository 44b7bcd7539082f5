import { expect, it } from 'vitest';
import type { LoggedChange } from '../../../lambdas/domain/audit/logged-change.ts';
import { reconcile } from '../../../lambdas/domain/audit/reconcile.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';

const NOW = 1_800_000_000;
const line = (scope: string): JournalEntry => ({
  ...{ execution: 'one', startedAt: instant(NOW), at: instant(NOW + 10), event: 'activating', scope },
  detail: { activating: ['new'], before: ['old'] },
});
const change = (id: string, about: Partial<LoggedChange>): LoggedChange => ({
  ...{ id, at: NOW + 12, type: 'certificates.activated', scope: 'proj_a', anchors: ['new'] },
  ...{ actor: 'key_ours', isKey: true, ...about },
});
const run = { startedAt: instant(NOW), successions: [{ retiring: 'old', successor: 'new' }] };
const held = (logged: LoggedChange[]) =>
  reconcile({ logged, lines: [line('proj_a'), line('organization')], looks: [], since: NOW - 86_400, run });

const inProject = change('ours_a', {});
/** The SDK: "Any admin actions taken via Admin API keys are associated with the default project." */
const inDefault = change('ours_org', { scope: 'proj_default' });
/** A change that a person makes in the console has no project. */
const byAnn = change('ann', {
  ...{ at: NOW - 3_000, type: 'certificate.created', scope: 'organization', anchors: ['new'] },
  ...{ actor: 'user_ann', isKey: false },
});

it('the control: what our key did to the organization stands under the default project, and rings nothing', () => {
  expect(held([inProject, inDefault]).unknown).toEqual([]);
});

it('F19, I13: so it is where a person has uploaded the successor in the console that day, as the runbook says', () => {
  expect(held([byAnn, inProject, inDefault]).unknown).toEqual([]);
});

it('F19, I13: so it is where another key has activated the same anchor in a project of its own within the hour', () => {
  const elsewhere = change('theirs', { scope: 'proj_c', actor: 'key_theirs' });
  const { unknown, others } = held([inProject, inDefault, elsewhere]);
  expect({ unknown, others: others.map(({ id }) => id) }).toEqual({ unknown: [], others: ['theirs'] });
});
