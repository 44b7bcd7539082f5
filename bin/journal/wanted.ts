import { NOTHING } from '../../lambdas/domain/audit/tell.ts';
import type { Rotation } from './rotations.ts';

/** How a rotation may have ended according to the journal, in words. */
export const outcomeInWords = {
  rotated: 'it did what was planned',
  idle: 'nothing was due, or what was named is active nowhere',
  blocked: 'all that was due waits for somebody',
  halted: 'stopped on purpose, red: every scope works, and its error says why',
  superseded: 'an emergency took over, or a run for what could not wait',
  busy: 'another rotation was at work',
  unfinished: 'it runs, or was cut off before it could say how it ended',
  stopped: 'by windlass stop',
  retracted: 'no rotation: somebody took a compromise back',
} as const;

export const outcomes = Object.keys(outcomeInWords) as readonly (keyof typeof outcomeInWords)[];

/** Which rotations to show: the latest `limit` of those that match. `since` is in Unix seconds. */
export type Wanted = { limit: number; since?: number; anchor?: string; outcome?: string; all?: true };

/**
 * Whether a sweep changed nothing, because nothing was due or another rotation was at work. There is one such
 * sweep a day. During a soak of days they would push the rotation itself out of a short list. A sweep that
 * reports changes by others is not quiet: the rotation's own end does not report them again (F19).
 */
export const isQuietSweep = ({ mode, outcome, changes, audit }: Rotation): boolean =>
  mode === 'scheduled' &&
  (outcome === 'idle' || outcome === 'busy') &&
  changes.length === 0 &&
  (audit?.unknown ?? []).length === 0 &&
  (audit?.others ?? []).every(({ meant }) => meant === NOTHING);

/** Whether a rotation is among the wanted ones. A quiet sweep is only when it was asked for. */
export function isWanted(rotation: Rotation, { since, anchor, outcome, all }: Wanted): boolean {
  if (since !== undefined && !startedSince(rotation, since)) return false;
  if (outcome !== undefined && rotation.outcome !== outcome) return false;
  if (anchor !== undefined && !concerns(rotation, anchor)) return false;
  return Boolean(all) || outcome !== undefined || !isQuietSweep(rotation);
}

/** Whether a rotation began at that instant or later. */
export const startedSince = ({ startedAt }: Rotation, since: number): boolean =>
  Date.parse(startedAt) >= since * 1_000;

/** Whether a rotation named, planned, changed or blocked an anchor. */
function concerns({ anchors, planned, changes }: Rotation, anchor: string): boolean {
  const { successions = [], blocked = [] } = planned ?? {};
  return (
    anchors.includes(anchor) ||
    successions.some(({ retiring, successor }) => retiring === anchor || successor === anchor) ||
    blocked.some((one) => one.anchor === anchor) ||
    changes.some(({ changed }) => changed.includes(anchor))
  );
}
