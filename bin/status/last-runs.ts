import type { Rotation } from '../journal/rotations.ts';
import { isFullLook, isFullPlan, isPlannedEmergency } from './blocked.ts';

/** The last run that did something of its own: not what runs now, nor one that met another or was taken over by one. */
export const lastRun = (rotations: readonly Rotation[], running: string | null): Rotation | null =>
  rotations.findLast((one) => one.execution !== running && isOfItsOwn(one)) ?? null;

/** Whether a run did something of its own. */
const isOfItsOwn = ({ outcome, error }: Rotation): boolean =>
  !['busy', 'superseded', 'retracted'].includes(outcome) && error !== 'Busy';

/** How a run has to have ended for nobody to look: a blocked one is told by what is blocked. */
export const ENDED_WELL: ReadonlySet<string> = new Set([
  'rotated',
  'idle',
  'blocked',
  'succeeded',
  'running',
]);

/**
 * The runs before the last whose bad end still counts: none has looked since at what they had to do. An emergency looks at what it names and at
 * nothing else, so that its own good end says nothing of another's halt (I13, I16).
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

/** A sweep that finds another at work looks at everything, but for what an emergency has not come to write down. */
const hasLookedFor = (later: Rotation, one: Rotation): boolean =>
  isFullPlan(later) ||
  (isFullLook(later) && one.mode !== 'emergency' && one.mode !== null) ||
  (isPlannedEmergency(later) && isOfSame(later, one));

/** Whether an emergency names all that another did. */
export const isOfSame = (
  { anchors }: Pick<Rotation, 'anchors'>,
  other: Pick<Rotation, 'mode' | 'anchors'>,
): boolean => other.mode === 'emergency' && other.anchors.every((id) => anchors.includes(id));
