import { describe, expect, it } from 'vitest';
import type { LoggedChange } from '../../lambdas/domain/audit/logged-change.ts';
import { reconcile } from '../../lambdas/domain/audit/reconcile.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';

const NOW = 1_800_000_000;
const line = (at: number, event: JournalEntry['event'], detail: object, scope = 'proj_a'): JournalEntry => ({
  ...{ execution: 'one', startedAt: instant(NOW), at: instant(at), event, scope },
  detail: { ...detail },
});
const change = (at: number, about: Partial<LoggedChange> = {}): LoggedChange => ({
  ...{ id: `audit_${at}`, at, type: 'certificates.activated', scope: 'proj_a', anchors: ['new'] },
  ...{ actor: 'key_ours', ...about },
});
const activating = line(NOW + 10, 'activating', { activating: ['new'], before: ['old'] });
const run = { startedAt: instant(NOW), successions: [{ retiring: 'old', successor: 'new' }] };
const held = (logged: LoggedChange[], lines = [activating], looks: JournalEntry[] = []) =>
  reconcile({ logged, lines, looks, since: NOW - 86_400, run });

describe('the vendor’s audit log beside the journal (F19)', () => {
  it('has what we have done, each call of it', () => {
    expect(held([change(NOW + 12)])).toMatchObject({
      ...{ found: 1, missing: 0, ours: ['key_ours'], others: [], unknown: [] },
    });
  });

  it('says nothing by its silence: what is missing is counted, and rings nothing', () => {
    expect(held([])).toMatchObject({ found: 0, missing: 1, ours: [], others: [], unknown: [] });
  });

  it('names who else has changed what, when, and what it meant for the run', () => {
    const others = [
      change(NOW + 20, { actor: 'user_eve', type: 'certificates.deactivated' }),
      change(NOW - 20, { actor: null, anchors: ['old'] }),
      change(NOW + 30, { actor: 'user_eve', type: 'certificate.deleted', anchors: ['else'] }),
    ];
    expect(held(others).others).toMatchObject([
      {
        who: 'user_eve',
        what: 'certificates.deactivated new in proj_a',
        when: instant(NOW + 20),
        meant: expect.stringContaining('while it went on'),
      },
      { who: 'somebody whom the log does not name', meant: expect.stringContaining('before it began') },
      { meant: 'nothing that this run was about' },
    ]);
  });

  it('tells what was done with our key and is in no journal, once', () => {
    const strange = change(NOW + 50, { type: 'certificates.deactivated', anchors: ['old'] });
    const { unknown, ours } = held([change(NOW + 12), strange]);
    expect(unknown).toMatchObject([{ id: strange.id, what: 'certificates.deactivated old in proj_a' }]);
    // Our key is known by what we have done with it, from then on.
    const told = line(NOW + 60, 'audited', { ours, unknown, others: [] });
    expect(held([strange], [activating], [told]).unknown).toEqual([]);
    expect(held([change(NOW + 90, { scope: 'proj_b' })], [], [told]).unknown).toHaveLength(1);
  });

  it('tells again, by its name, what it could only call somebody else’s before the log had one of ours', () => {
    const strange = change(NOW - 50, { type: 'certificates.deactivated', anchors: ['old'] });
    const { others } = held([strange], []);
    expect(others).toHaveLength(1);
    const told = line(NOW, 'audited', { ours: [], unknown: [], others });
    expect(held([strange, change(NOW + 12)], [activating], [told])).toMatchObject({
      unknown: [{ id: strange.id }],
      others: [],
    });
  });

  it('calls nothing ours that nobody has written down, and nothing strange where our key is not known', () => {
    expect(held([change(NOW + 7_200)]).found).toBe(0);
    expect(held([change(NOW + 12, { scope: 'proj_b' })]).unknown).toEqual([]);
  });

  it('knows what an undo puts back and takes back', () => {
    const lines = [
      line(NOW, 'undoing', { takingBack: ['new'] }),
      line(NOW, 'undoing', { reactivating: ['old'] }),
    ];
    const logged = [change(NOW, { type: 'certificates.deactivated' }), change(NOW + 1, { anchors: ['old'] })];
    expect(held(logged, lines)).toMatchObject({ found: 2, missing: 0, unknown: [] });
  });
});
