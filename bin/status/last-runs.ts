import type { Rotation } from '../journal/rotations.ts';
import { isFullLook, isFullPlan, isPlannedEmergency } from './blocked.ts';

/**
 * The last run that did work of its own. The running execution does not count, nor a run that met another or
 * was taken over.
 */
export const lastRun = (rotations: readonly Rotation[], running: string | null): Rotation | null =>
  rotations.findLast((one) => one.execution !== running && isOfItsOwn(one)) ?? null;

/** Whether a run did work of its own. */
const isOfItsOwn = ({ outcome, error }: Rotation): boolean =>
  !['busy', 'superseded', 'retracted'].includes(outcome) && error !== 'Busy';

/** Outcomes that nobody has to look at. A blocked run is reported by its blocked cuts. */
export const ENDED_WELL: ReadonlySet<string> = new Set([
  'rotated',
  'idle',
  'blocked',
  'succeeded',
  'running',
]);

/**
 * Earlier runs whose bad end still counts, because no later run has looked at their work. An emergency looks
 * only at the anchors that it names. So its good end says nothing about another run's halt (I13, I16).
 */
export const leftStanding = (
  rotations: readonly Rotation[],
  last: Rotation | null,
  runs: readonly string[],
): Rotation[] =>
  rotations.filter(
    (one, i) =>
      one !== last &&
      isOfItsOwn(one) &&
      !runs.includes(one.execution) &&
      !ENDED_WELL.has(one.outcome) &&
      !rotations.slice(i + 1).some((later) => hasLookedFor(later, one)),
  );

/**
 * Whether a later run looked at the work of an earlier one. A sweep that meets another run also looks at
 * everything. It does not see what an emergency has not written down.
 */
const hasLookedFor = (later: Rotation, one: Rotation): boolean =>
  isFullPlan(later) ||
  (isFullLook(later) && one.mode !== 'emergency' && one.mode !== null) ||
  (isPlannedEmergency(later) && isOfSame(later, one));

/** Whether an emergency names every anchor that another one named. */
export const isOfSame = (
  { anchors }: Pick<Rotation, 'anchors'>,
  other: Pick<Rotation, 'mode' | 'anchors'>,
): boolean => other.mode === 'emergency' && other.anchors.every((id) => anchors.includes(id));
