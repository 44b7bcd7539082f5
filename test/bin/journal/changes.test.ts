import { describe, expect, it } from 'vitest';
import { changesIn } from '../../../bin/journal/changes.ts';
import { told } from '../../../bin/journal/journal-detail.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import { after, before, both, line } from './recorded-journal.ts';

const on = line('lost', 6);
const changes = (...entries: JournalEntry[]) => changesIn(entries.map(told));

describe('a change whose end no line tells', () => {
  it('has happened when a later attempt found it done', () => {
    expect(
      changes(
        on(1, 'activating', { activating: ['cert_new'], before }, 'proj_a'),
        on(2, 'activated', { activated: [], alreadyActive: ['cert_new'], after: both }, 'proj_a'),
        on(3, 'promoting', { promoting: ['shop'] }),
        on(4, 'promoted', { promoted: [], alreadyCurrent: ['shop'] }),
        on(5, 'deactivating', { deactivating: ['cert_old'], before: both }, 'proj_a'),
        on(6, 'deactivated', { deactivated: [], alreadyInactive: ['cert_old'], after }, 'proj_a'),
        on(7, 'undoing', { reactivating: ['cert_old'], before: after }, 'proj_a'),
        on(8, 'undone', { reactivated: [], standing: ['cert_old'], after: both }, 'proj_a'),
      ),
    ).toMatchObject([
      { what: 'activated', changed: ['cert_new'], before, after: both, done: true },
      { what: 'promoted', changed: ['shop'], done: true },
      { what: 'deactivated', changed: ['cert_old'], before: both, after, done: true },
      { what: 'undone', changed: ['cert_old'], before: after, after: both, done: true },
    ]);
  });

  it('is told once, by the last attempt at it, and each anchor of a batch for itself', () => {
    const all = ['cert_old', 'cert_older', 'cert_oldest'];
    expect(
      changes(
        on(1, 'deactivating', { deactivating: all }, 'proj_a'),
        on(2, 'deactivating', { deactivating: ['cert_older', 'cert_oldest'] }, 'proj_a'),
        on(3, 'deactivated', { deactivated: ['cert_oldest'], alreadyInactive: ['cert_old'] }, 'proj_a'),
      ),
    ).toMatchObject([
      { changed: ['cert_old'], done: true, at: on(1, 'planned', {}).at },
      { changed: ['cert_older'], done: false, after: null },
      { changed: ['cert_oldest'], done: true },
    ]);
  });

  it('names the chains where only they are others, since the leaf is one', () => {
    const leaves = [{ client: 'shop', before: 'ab', after: 'ab', chains: { before: 'c0', after: 'c1' } }];
    expect(changes(on(1, 'promoted', { promoted: ['shop'], leaves }))).toMatchObject([
      { what: 'promoted', before: ['chain c0'], after: ['chain c1'] },
    ]);
  });

  it('is not told by another scope, and what somebody else did is no change of this rotation', () => {
    expect(
      changes(
        on(1, 'deactivating', { deactivating: ['cert_old'], before: both }, 'proj_a'),
        on(2, 'deactivated', { deactivated: [], alreadyInactive: ['cert_old'], after }, 'proj_b'),
      ),
    ).toMatchObject([{ scope: 'proj_a', done: false, after: null }]);
  });
});
