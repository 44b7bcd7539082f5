import { firstFew } from '../../lambdas/domain/first-few.ts';
import { secondsOf } from '../../lambdas/domain/instant.ts';
import type { CompromisedMemory, CutMemory } from '../../lambdas/domain/memory/journal.ts';
import { lengthOf, plural, readable } from '../terminal/dates.ts';
import { badEnd, haltedScopes } from './bad-end.ts';
import { type BlockedCut, lastNamedAt } from './blocked.ts';
import { isOfSame } from './last-runs.ts';
import { type LastRun, type Running, type Seen, stackOf } from './seen.ts';
import { countOf } from './unnamed.ts';

/**
 * What a person has to look at, what waits for a person, and what goes on by itself. In each, the next thing
 * comes first.
 */
export type Actions = { red: string[]; blocked: string[]; calm: string[] };

/**
 * Seconds without a run that went through, after which a person has to look. Two days, and some hours because
 * a sweep may begin late and is retried.
 */
export const SILENCE = 50 * 3_600;

/** Facts that are not part of the status itself. */
type Beside = {
  /** Cuts that are not confirmed yet. */
  open: readonly CutMemory[];
  /** Compromised anchors that no run has looked for. */
  unlooked: readonly CompromisedMemory[];
  /** Earlier runs with a bad end at which no later run has looked. */
  left: readonly LastRun[];
  /** When the first run ended; set only while no run has gone through without a halt. */
  firstRun: string | null;
  /** When the last run that looked at everything began, for example a sweep while another rotation soaks. */
  lookedAt: string | null;
  /**
   * Whether a later run than the running one has planned everything anew. That later run then deals with what
   * halted in the soaking one.
   */
  isPlannedAnew: boolean;
  /** When a run has lately cut without a soak. Null when none has. */
  suddenAt: string | null;
};

/** Derives what to do from what was seen. */
export function actionsOf(seen: Seen, beside: Beside): Actions {
  const { open, unlooked, left, firstRun, lookedAt, isPlannedAnew, suddenAt } = beside;
  const { running, nextRun, blocked } = seen;
  const found = {
    red: [
      ...blocked.cuts
        .filter((cut) => cut.compromised)
        .map((cut) => (cut.absent ? inWords(cut) : `a leaked key still gets in: ${inWords(cut)}`)),
      ...unlooked.filter((one) => !isLookingFor(one, running)).map((one) => nobodyLooked(one, seen)),
      ...(isPlannedAnew || !running ? [] : haltedScopes(haltedOf(running))),
      ...(seen.last ? [...left, seen.last] : left)
        .filter((one) => !running || !isOver(one, running, lookedAt))
        .flatMap((one) => badEnd(one, seen)),
      ...(nextRun.problem && nextRun.isRed ? [nextRun.problem] : []),
      ...silence(seen, firstRun),
    ],
    blocked: blocked.cuts.filter((cut) => !cut.compromised).map(inWords),
  };
  const isAnything = found.red.length + found.blocked.length > 0;
  const restart = suddenAt ? [restartSince(suddenAt)] : [];
  const next = running
    ? [underWay(seen, running, open)]
    : isAnything
      ? []
      : [nothing(seen, suddenAt !== null)];
  return { ...found, calm: [...restart, ...next] };
}

/**
 * Whether the running execution holds the lease and began after that time, so that it goes on with what an
 * earlier run left. A run that has been soaking since before does not.
 */
const isNewer = ({ isTakenOver, startedAt }: Running, than: string): boolean =>
  !isTakenOver && (startedAt === null || startedAt >= than);

/**
 * Whether a run's bad end counts no more, because a newer run is at work or has looked. For a failed
 * emergency, only a run that looks for its anchors counts.
 */
const isOver = (last: LastRun, running: Running, lookedAt: string | null): boolean =>
  (isNewer(running, last.startedAt) && (running.mode !== 'emergency' || isOfSame(running, last))) ||
  (last.mode !== 'emergency' && last.mode !== null && lookedAt !== null && lookedAt > last.startedAt);

/**
 * Whether the running execution is about to look for that anchor: it is an emergency for it, or it began
 * after the anchor was named.
 */
const isLookingFor = (named: CompromisedMemory, running: Running | null): boolean =>
  running !== null &&
  (running.anchors.includes(named.anchorId) || isNewer(running, lastNamedAt(named) ?? ''));

function inWords({ anchor, reason, scopes = [], client }: BlockedCut): string {
  const where = [
    ...(scopes.length > 0 ? [firstFew(scopes, 3).join(', ')] : []),
    ...(client ? [`client ${client}`] : []),
  ];
  const why = reason.includes(anchor) ? reason : `${anchor}: ${reason}`;
  return where.length > 0 ? `${why} (${where.join('; ')})` : why;
}

const nobodyLooked = (named: CompromisedMemory, seen: Seen): string =>
  `${named.anchorId} was named as compromised on ${readable(lastNamedAt(named) ?? '')}, and no run has looked since: windlass rotate ${stackOf(seen)} --manual does, if none comes within minutes`;

const haltedOf = ({ scopes }: Running) => scopes.filter(({ state }) => state === 'halted');

function silence(seen: Seen, firstRun: string | null): string[] {
  const { lastSuccess, at } = seen;
  const since = lastSuccess ?? firstRun;
  if (!since || secondsOf(at) - secondsOf(since) <= SILENCE) return [];
  const when = lastSuccess ? readable(since) : `the first, on ${readable(since)}`;
  return [`no run has gone through without a halt since ${when}: windlass history ${stackOf(seen)} says why`];
}

/** The reminder to restart clients. Windlass cannot see whether it was done. */
const restartSince = (at: string): string =>
  `restart at once what keeps its leaf in memory, unless that was done since ${readable(at)}: nothing had soaked before the cut of then, and its old leaf is refused by now`;

function underWay(seen: Seen, running: Running, open: readonly CutMemory[]): string {
  const { at } = seen;
  const { waits, phase, wave, scopes, mode, isTakenOver } = running;
  const what = mode === 'emergency' ? 'an emergency' : 'a rotation';
  if (waits && isTakenOver)
    return `another run has taken over from ${what}, which ends by itself on ${readable(waits.until)} and changes nothing more: nothing to do about it`;
  if (waits) {
    const left = lengthOf(secondsOf(waits.until) - secondsOf(at));
    return `${what} soaks until ${readable(waits.until)}, for ${left} more: wait; restart before then what keeps its leaf in memory`;
  }
  const done = scopes.filter(({ state }) => state === 'done').length;
  const where = [
    ...(phase ? [phase] : []),
    ...(wave ? [`wave ${wave}`] : []),
    ...(scopes.length > 0
      ? [`${done.toLocaleString('en-US')} of ${plural(countOf(running), 'scope')} done`]
      : []),
    ...(open.length > 0 ? [`${plural(open.length, 'cut')} to be confirmed`] : []),
  ];
  const told = where.length > 0 ? ` (${where.join(', ')})` : '';
  return `${what} is under way${told}: wait; windlass follow ${stackOf(seen)} shows it`;
}

/** What starts the next run, and why. */
export const startOf = ({ by, why }: Seen['nextRun']): string => (why ? `${by}: ${why}` : `${by}`);

function nothing({ nextRun }: Seen, isSudden: boolean): string {
  if (nextRun.at)
    return `nothing ${isSudden ? 'else ' : ''}to do: the next run is on ${readable(nextRun.at)}, ${startOf(nextRun)}`;
  return 'nothing to do, and when the next run is nobody knows';
}
