import { describe, expect, it } from 'vitest';
import { changeOf } from '../../../lambdas/adapters/openai/audit-log.ts';
import type { LoggedChange } from '../../../lambdas/domain/audit/logged-change.ts';
import { type Reconciliation, reconcile } from '../../../lambdas/domain/audit/reconcile.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';

const NOW = 1_800_000_000;
const line = (at: number, event: JournalEntry['event'], detail: object, scope = 'proj_a'): JournalEntry => ({
  ...{ execution: 'one', startedAt: instant(NOW), at: instant(at), event, scope },
  detail: { ...detail },
});
const change = (at: number, about: Partial<LoggedChange> = {}): LoggedChange => ({
  ...{ id: `audit_${at}`, at, type: 'certificates.activated', scope: 'proj_a', anchors: ['new'] },
  ...{ actor: 'key_ours', isKey: true, ...about },
});
/** The same change, made by a person in the console. */
const byHand = (at: number, about: Partial<LoggedChange> = {}): LoggedChange =>
  change(at, { actor: 'user_ann', isKey: false, ...about });
const activating = line(NOW + 10, 'activating', { activating: ['new'], before: ['old'] });
const run = { startedAt: instant(NOW), successions: [{ retiring: 'old', successor: 'new' }] };
/**
 * Holds the log against the journal a day after that look. In the log is a change that no run has written
 * down.
 */
const toldLater = (looked: Reconciliation, about: Partial<LoggedChange>) => {
  const look = line(NOW + 200, 'audited', looked);
  return held([change(NOW + 90_000, { scope: 'proj_z', anchors: ['x'], ...about })], [], [look]);
};
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
      byHand(NOW + 20, { actor: 'user_eve', type: 'certificates.deactivated' }),
      byHand(NOW - 20, { actor: null, anchors: ['old'] }),
      byHand(NOW + 30, { actor: 'user_eve', type: 'certificate.deleted', anchors: ['else'] }),
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
    // From then on our key is known by what we have done with it.
    const told = line(NOW + 60, 'audited', { ours, unknown, others: [] });
    expect(held([strange], [activating], [told]).unknown).toEqual([]);
    expect(held([change(NOW + 90, { scope: 'proj_b' })], [], [told]).unknown).toHaveLength(1);
  });

  it('takes nothing for ours of which the log does not say what it was (I9)', () => {
    const details = { 'certificates.activated': {} };
    const entry = { id: 'strange', effective_at: NOW + 900, type: 'certificates.activated', ...details };
    const about = { project: { id: 'proj_a' }, actor: { type: 'api_key', api_key: { id: 'key_ours' } } };
    const strange = changeOf({ ...entry, ...about });
    const { found, unknown } = held([change(NOW + 12), ...strange]);
    expect({ found, unknown }).toMatchObject({
      found: 1,
      unknown: [{ id: 'strange', what: 'certificates.activated of what the log does not name in proj_a' }],
    });
  });

  it('tells uploads, renamings and deletions with our key as well, since no run makes any', () => {
    const types = ['certificate.created', 'certificate.updated', 'certificate.deleted'];
    const strange = types.map((type, i) =>
      change(NOW + 100 + i, { type, anchors: ['rogue'], scope: 'organization' }),
    );
    const { unknown, others } = held([change(NOW + 12), ...strange]);
    expect({ unknown, others }).toMatchObject({
      unknown: types.map((type) => ({ who: 'key_ours', what: `${type} rogue in organization` })),
      others: [],
    });
  });

  it('takes nobody who makes by hand what a run is about to make for our key, and names that person', () => {
    const found = held([byHand(NOW + 5), change(NOW + 12)]);
    expect(found).toMatchObject({ found: 1, missing: 0, ours: ['key_ours'], unknown: [] });
    expect(found.others).toMatchObject([
      {
        who: 'user_ann',
        what: 'certificates.activated new in proj_a',
        meant: expect.stringContaining('while it went on'),
      },
    ]);
    expect(toldLater(found, { actor: 'user_ann', isKey: false })).toMatchObject({
      ...{ unknown: [], others: [{ who: 'user_ann' }] },
    });
    // An older version took this person for us. It is still a person.
    const older = { ...found, ours: ['key_ours', 'user_ann'] };
    expect(toldLater(older, { actor: 'user_ann', isKey: false }).unknown).toEqual([]);
  });

  it('takes only the key that has made most of what a run was about to make for ours', () => {
    const lines = ['proj_a', 'proj_b', 'proj_c'].map((scope) =>
      line(NOW + 10, 'activating', { activating: ['new'] }, scope),
    );
    const own = lines.map(({ scope }) => change(NOW + 12, { id: `our ${scope}`, scope: scope ?? '' }));
    const script = change(NOW + 5, { id: 'script', actor: 'key_script' });
    const found = held([script, ...own], lines);
    expect(found).toMatchObject({ found: 3, ours: ['key_ours'], others: [{ id: 'script' }], unknown: [] });
    expect(toldLater(found, { actor: 'key_script' }).unknown).toEqual([]);
  });

  it('counts the anchors of it: a run changes all of a scope in one call, and somebody by hand one by one', () => {
    const all = ['new', 'newer', 'newest'];
    const lines = [line(NOW + 10, 'activating', { activating: all, before: ['old'] })];
    const one = (anchor: string, n: number) =>
      change(NOW + 30 + n, { id: `eve_${n}`, actor: 'key_eve', anchors: [anchor] });
    const eve = all.slice(1).map(one);
    expect(held([change(NOW + 12, { anchors: all }), ...eve], lines).ours).toEqual(['key_ours']);
  });

  it('knows neither of two keys for ours that have both made the only change, but for one that it knew', () => {
    const both = [change(NOW + 5, { id: 'script', actor: 'key_script' }), change(NOW + 12)];
    expect(held(both)).toMatchObject({ found: 2, ours: [], others: [], unknown: [] });
    const look = line(NOW - 200, 'audited', { ours: ['key_ours'] });
    expect(held(both, [activating], [look])).toMatchObject({
      ...{ found: 1, ours: ['key_ours'], others: [{ id: 'script' }] },
    });
  });

  it('knows a second key that has taken the place of the first while a run soaked', () => {
    const scopes = ['proj_a', 'proj_b'];
    const deactivating = scopes.map((scope) =>
      line(NOW + 7_000, 'deactivating', { deactivating: ['old'] }, scope),
    );
    const second = scopes.map((scope) =>
      change(NOW + 7_002, {
        ...{ id: `second ${scope}`, actor: 'key_second', scope },
        ...{ type: 'certificates.deactivated', anchors: ['old'] },
      }),
    );
    const look = line(NOW + 20, 'audited', { ours: ['key_ours'] });
    const found = held([change(NOW + 12), ...second], [activating, ...deactivating], [look]);
    expect(found).toMatchObject({ found: 3, ours: ['key_ours', 'key_second'], others: [] });
    // The first key may be stolen, so it stays ours as long as it is used.
    expect(toldLater(found, {}).unknown).toHaveLength(1);
  });

  it('does not take another key for ours while the known one goes on with what runs are about to do', () => {
    const type = 'certificates.deactivated';
    const wanted = [0, 3_000, 6_000].map((at) => ({
      ...line(NOW + at, 'deactivating', { deactivating: [`old_${at}`] }),
      execution: `run ${at}`,
    }));
    // Two runs were relieved before they made their change, and somebody made it for both.
    const relieved = [0, 3_000].map((at) =>
      change(NOW + 3_100, { id: `for ${at}`, actor: 'key_script', type, anchors: [`old_${at}`] }),
    );
    const look = line(NOW - 200, 'audited', { ours: ['key_ours'] });
    const own = change(NOW + 6_002, { type, anchors: ['old_6000'] });
    const found = held([...relieved, own], wanted, [look]);
    expect(found).toMatchObject({ found: 1, ours: ['key_ours'], unknown: [] });
    expect(found.others).toHaveLength(2);
    // Functions read the secret every few minutes. So a last change by the known key does not keep another
    // key from taking its place, once that key goes on afterwards.
    const before = change(NOW + 3_300, { id: 'before', anchors: ['new'] });
    const atOnce = [...relieved, before];
    expect(held(atOnce, [...wanted, activating], [look]).ours).toEqual(['key_ours']);
    const goesOn = [...atOnce, { ...own, actor: 'key_script' }];
    expect(held(goesOn, [...wanted, activating], [look]).ours).toContain('key_script');
  });

  it('does not take another key for ours that has finished what a run could not do', () => {
    const look = line(NOW - 200, 'audited', { ours: ['key_ours'] });
    // The run has tried it three times.
    const again = [0, 60, 120].map((later) => line(NOW + later, 'activating', { activating: ['new'] }));
    expect(held([change(NOW + 300, { actor: 'key_script' })], again, [look])).toMatchObject({
      ...{ found: 0, missing: 3, ours: ['key_ours'], unknown: [] },
      others: [{ who: 'key_script', what: 'certificates.activated new in proj_a' }],
    });
  });

  it('takes nobody for our key who does later what a run was about to do, and has seen that it did not', () => {
    const [old, type] = [['old'], 'certificates.deactivated'];
    const refused = line(NOW + 10, 'deactivating', { deactivating: old, before: old });
    const undoing = line(NOW + 40, 'undoing', { reactivating: [], before: old });
    const finished = (at: number) => change(at, { type, anchors: old, actor: 'key_script' });
    expect(held([finished(NOW + 600)], [refused, undoing]).ours).toEqual([]);
    // Without such a look, or before it, the change may be our own call.
    expect(held([finished(NOW + 600)], [refused]).ours).toEqual(['key_script']);
    expect(held([finished(NOW + 20)], [refused, undoing]).ours).toEqual(['key_script']);
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

  it('takes nothing that our key did in a project for what a run was about to do in the organization, where the log tells the two apart', () => {
    const everywhere = line(NOW + 10, 'activating', { activating: ['new'], before: [] }, 'organization');
    const ours = change(NOW + 12, { scope: 'organization' });
    const strange = change(NOW + 14, { scope: 'proj_z' });
    expect(held([ours, strange], [everywhere]).unknown).toMatchObject([
      { what: 'certificates.activated new in proj_z' },
    ]);
    // A log without entries under the organization may have them under the vendor's default project.
    expect(held([strange], [everywhere])).toMatchObject({ found: 1, unknown: [] });
    // What an earlier look has seen of such entries counts as well.
    const look = line(NOW + 20, 'audited', held([ours], [everywhere]));
    expect(held([strange], [everywhere], [look]).unknown).toHaveLength(1);
    // There is only one default project. Where keys have made such changes in several projects, nobody knows
    // which change was whose.
    const inMany = [strange, change(NOW + 14, { id: 'another', scope: 'proj_y' })];
    expect(held(inMany, [everywhere])).toMatchObject({ found: 0, ours: [] });
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
