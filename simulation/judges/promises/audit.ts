import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';

/** Seconds by which clocks may differ. What happens while the log is read may be in it or not. */
const SLACK = 900;

/**
 * Judges F19: the first look at the log that could see what somebody has done with our key tells of it. A run
 * that ends takes such a look, and so does one that finds another soaking. The log has to have something
 * before it by which our key can be told. Nothing else may be told as done with our key. A log that is off,
 * late or closed demands nothing, and so does a look that somebody has disturbed.
 */
export function createAuditWatch({ scenario }: JudgeContext): Watch {
  const { isOn = true, late = 0 } = scenario.auditLog ?? {};
  const own: Own[] = [];
  /** Changes that somebody else made with a key of their own. */
  const others: TrustEvent[] = [];
  const strange: Strange[] = [];
  const lines: JournalEntry[] = [];
  const told = new Set<string>();
  /** Looks that go on, by invocation: when each began, in Unix milliseconds. */
  const looks = new Map<number, number>();
  const disturbed = new Set<number>();

  /** Whether some run, or the run `run`, was about to make the same change. */
  const isIntended = (
    { at, toggle }: Pick<Strange, 'at' | 'toggle'>,
    run?: string,
    scope = toggle?.scope,
  ): boolean =>
    lines.some((line) => {
      if (run !== undefined && line.execution !== run) return false;
      const near = Date.parse(line.at) - at;
      const { activating = [], reactivating = [], deactivating = [], takingBack = [] } = line.detail;
      const named = [toggle?.active ? [activating, reactivating] : [deactivating, takingBack]].flat(2);
      return (
        line.scope === scope &&
        Math.abs(near) < 2 * 3_600_000 &&
        toggle?.anchorIds.some((id) => named.includes(id))
      );
    });

  /**
   * Whether our key made most of what a run was about to do. Where another key made as much of it,
   * nobody can tell which key is ours.
   */
  const isMost = ({ run, active }: Own): boolean => {
    const made = own.filter((one) => one.run === run && one.active === active);
    const rivals = others.filter(
      (one) => one.active === active && isIntended({ at: one.at, toggle: one }, run),
    );
    const anchorsIn = (all: readonly Pick<TrustEvent, 'anchorIds'>[]) =>
      all.flatMap(({ anchorIds }) => anchorIds).length;
    return anchorsIn(made) > anchorsIn(rivals);
  };

  function audited({ at, detail }: JournalEntry): Finding[] {
    const said = (Array.isArray(detail.unknown) ? detail.unknown : []).map(
      (one) => `${one.what} ${one.when}`,
    );
    for (const one of said) told.add(one);
    const done = new Set(strange.map(({ what }) => what));
    const slander = said.filter((one) => !done.has(one));
    return slander.map((one) => ({
      ...{ kind: 'unaudited', at: Date.parse(at) },
      what: `${one} is told as done with our key, and nobody did it with that`,
    }));
  }

  /** Returns what this look, or an earlier one, could see and nobody has told. */
  function looked(began: number, at: number): Finding[] {
    // Before the very first plan nobody wrote anything down, so nothing can be missing.
    const first = lines.find(({ event }) => event === 'planned');
    if (!isOn || !first) return [];
    const isSeen = (one: { at: number }) =>
      one.at > Date.parse(first.at) + 1000 * SLACK && one.at < began - 1000 * (late + SLACK);
    // Where another key has made a change that a run was about to make, one change tells no key. Ours has to
    // have made two.
    const isRivalled = others.some((one) => isIntended({ at: one.at, toggle: one }));
    const isOurKeyKnown = (one: Strange) =>
      own.filter((change) => isSeen(change) && change.at <= one.at && isMost(change)).length >
      (isRivalled ? 1 : 0);
    // The vendor may list under a project what our key did to the organization. This entry may be such a
    // change until the log has an organization change of ours.
    const isApart = own.some((one) => one.scope === ORGANIZATION && isSeen(one));
    const mayBeOfTheDefault = (one: Strange) => !isApart && isIntended(one, undefined, ORGANIZATION);
    const silent = strange.filter(
      (one) =>
        isSeen(one) &&
        isOurKeyKnown(one) &&
        !isIntended(one) &&
        !mayBeOfTheDefault(one) &&
        !told.has(one.what),
    );
    return silent.map(({ what }) => ({
      ...{ kind: 'unaudited', at },
      what: `somebody did this with our key, and a run that could see it says nothing: ${what}`,
    }));
  }

  return (event) => {
    if (event.what === 'trust' && event.withOurKey) strange.push(strangeToggle(event));
    else if ((event.what === 'anchor' || event.what === 'renamed') && event.withOurKey)
      strange.push(strangeObject(event));
    else if (event.what === 'trust' && typeof event.by === 'object')
      own.push({ ...event, run: event.by.execution });
    else if (event.what === 'trust' && event.by === 'outsider') others.push(event);
    else if (event.what === 'fault') disturbed.add(event.invocation);
    else if (event.what === 'called' && event.call.op === 'audit') {
      if (isRefused(event.answer)) disturbed.add(event.invocation);
      looks.set(event.invocation, event.at);
    } else if (event.what === 'returned') {
      const began = looks.get(event.invocation);
      return began === undefined || disturbed.has(event.invocation) ? [] : looked(began, event.at);
    }
    if (event.what !== 'recorded') return [];
    lines.push(event.entry);
    return event.entry.event === 'audited' ? audited(event.entry) : [];
  };
}

const isRefused = (answer: unknown): boolean => Object(answer).thrown !== undefined;

/** A change of our own: when (Unix milliseconds), and in which run. */
type Own = Pick<TrustEvent, 'at' | 'active' | 'scope' | 'anchorIds'> & { run: string };

/**
 * What somebody did with our key, in the words in which a run has to tell it; `at` is in Unix milliseconds.
 */
type Strange = { at: number; what: string; toggle?: TrustEvent };

const strangeToggle = (toggle: TrustEvent): Strange => {
  const { at, scope, active, anchorIds } = toggle;
  const what = `certificates.${active ? 'activated' : 'deactivated'} ${anchorIds.join(', ')} in ${scope}`;
  return { at, toggle, what: whenDone(what, at) };
};

const strangeObject = (event: LoggedEvent & { what: 'anchor' | 'renamed' }): Strange => {
  const { at, anchorId } = event;
  const done = event.what === 'renamed' ? 'updated' : event.exists ? 'created' : 'deleted';
  const what = `certificate.${done} ${anchorId} in ${ORGANIZATION}`;
  return { at, what: whenDone(what, at) };
};

const whenDone = (what: string, at: number): string => `${what} ${instant(Math.floor(at / 1000))}`;
