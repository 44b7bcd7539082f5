import { causeOf } from '../../lambdas/domain/cause.ts';
import { secondsOf } from '../../lambdas/domain/instant.ts';
import type { Change } from '../journal/changes.ts';
import type { Rotation } from '../journal/rotations.ts';
import { plural } from '../terminal/dates.ts';
import { blockedIn, isFullLook, isFullPlan, unlookedIn } from './blocked.ts';
import { openCuts, type StatusFacts } from './facts.ts';
import { lastRun } from './last-runs.ts';
import type { LostEnd } from './lost-runs.ts';
import { actionsOf } from './next-action.ts';
import { halfOf, scopesOf } from './scopes.ts';
import type { LastRun, Running, Status } from './seen.ts';
import { countOf, unnamedOf, waveAtWork } from './unnamed.ts';

/** Makes a status from the facts that were read. */
export function statusOf(facts: StatusFacts): Status {
  const { at, organization, stateMachine, table, asked, lease, lastSuccess, nextRun, memory } = facts;
  const seen = {
    ...{ at, organization, stateMachine, table, asked, lease, lastSuccess, nextRun, memory },
    running: runningIn(facts),
    last: lastOf(facts),
    blocked: blockedIn(facts.rotations, facts.named),
    unknownLines: facts.rotations.reduce((sum, one) => sum + one.unknownLines, 0),
  };
  const { red, blocked, calm } = actionsOf(seen, {
    firstRun: facts.firstRun,
    lookedAt: facts.rotations.findLast(isFullLook)?.startedAt ?? null,
    left: facts.left.flatMap(({ rotation, lostEnd }) => endOf(rotation, lostEnd) ?? []),
    isPlannedAnew: isPlannedAnew(facts),
    suddenAt: facts.rotations.flatMap((one) => suddenAt(one, at) ?? []).at(-1) ?? null,
    open: openCuts(facts),
    unlooked: unlookedIn(facts.rotations, facts.named),
  });
  const verdict = red.length > 0 ? 'red' : blocked.length > 0 ? 'blocked' : 'fine';
  return { verdict, actions: [...red, ...blocked, ...calm], ...seen };
}

/**
 * Whether a later run has planned everything anew. Only the lease's holder plans, so the run that soaks
 * meanwhile changes nothing more.
 */
function isPlannedAnew({ rotations, running }: StatusFacts): boolean {
  const begun = running?.rotation?.startedAt;
  return rotations.some((one) => begun !== undefined && one.startedAt > begun && isFullPlan(one));
}

function runningIn({ running, lease, at }: StatusFacts): Running | null {
  if (!running) return null;
  const { execution, phase, rotation } = running;
  const { word, state, since, failing } = phase;
  const scopes = rotation ? scopesOf(rotation) : [];
  const unnamed = rotation ? unnamedOf(rotation, scopes) : { waiting: 0, held: 0 };
  const half = rotation ? halfOf(rotation) : 'overlap';
  const { mode = null, startedBy = null, reason = null, anchors = [], soakUntil = null } = rotation ?? {};
  // A run that halts also promotes proven clients and then restores others, so `soakUntil` alone does not
  // mean that it soaks.
  const isSoaking = soakUntil !== null && half === 'overlap' && soakUntil > at && word === 'soak';
  const count = countOf({ scopes, unnamed });
  const cuts = count === 1 ? scopes[0]?.scope : plural(count, 'scope');
  return {
    ...{ execution, mode, startedBy, reason, anchors, soakUntil, half, scopes, unnamed },
    startedAt: rotation?.startedAt ?? null,
    phase: isSoaking ? 'soak' : word,
    // A soaking run keeps the lease. When another execution has it, that one has taken over.
    isTakenOver: isSoaking && lease?.holder !== execution,
    ...{ state, since },
    wave: rotation && waveAtWork(rotation, scopes, unnamed),
    waits: isSoaking
      ? {
          until: soakUntil,
          seconds: secondsOf(soakUntil) - secondsOf(at),
          next: `verify again, deactivate, confirm: ${cuts}`,
        }
      : null,
    failing: failing && { ...failing, cause: causeOf(failing.cause) },
  };
}

/**
 * Seconds for which the reminder to restart clients is repeated, even when later runs found nothing to do.
 */
const SAID = 86_400;

/**
 * When a run has lately cut without a soak. A client that keeps its leaf in memory had no time to read the
 * new one.
 */
function suddenAt({ outcome, mode, planned, endedAt, changes }: Rotation, at: string): string | null {
  if (mode !== 'emergency' && planned?.atOnce !== true) return null;
  const last = changes.findLast((one) => one.what === 'deactivated' && !isUndone(one, changes));
  // A run that halted in one scope may have cut others. A run that still goes on may have as well.
  const since = endedAt ?? last?.at;
  const isCut = outcome === 'rotated' || last !== undefined;
  return isCut && since && secondsOf(at) - secondsOf(since) < SAID ? since : null;
}

const isUndone = (cut: Change, changes: readonly Change[]): boolean =>
  changes.some(({ what, scope, line }) => what === 'undone' && scope === cut.scope && line > cut.line);

function lastOf({ rotations, running, lostEnd }: StatusFacts): LastRun | null {
  return endOf(lastRun(rotations, running?.execution ?? null), lostEnd);
}

/**
 * The end of a run. What Step Functions says counts more than the journal, which the run may not have come to
 * write.
 */
function endOf(last: Rotation | null, lostEnd: LostEnd | null): LastRun | null {
  if (!lostEnd) return last && { ...toldOf(last), inJournal: true };
  const { execution, status, error, stoppedAt, unwritten } = lostEnd;
  const begun = unwritten ?? last;
  if (!begun) return null;
  const { mode, startedAt, startedBy } = begun;
  const anchors = unwritten ? [] : (last?.anchors ?? []);
  return {
    ...{ execution, mode, startedAt, startedBy, anchors, error, endedAt: stoppedAt },
    outcome: status.toLowerCase().replace('_', ' '),
    cause: lostEnd.cause && causeOf(lostEnd.cause),
    inJournal: unwritten === null,
    halted: unwritten ? [] : (last?.halted ?? []),
  };
}

const toldOf = ({ execution, mode, startedAt, startedBy, anchors, endedAt, halted, ...end }: Rotation) => ({
  ...{ execution, mode, startedAt, startedBy, anchors, endedAt, halted },
  ...{ outcome: end.outcome, error: end.error, cause: end.cause },
});
