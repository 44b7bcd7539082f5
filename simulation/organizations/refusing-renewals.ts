import { chanceAt } from '../chance/chance.ts';
import { NOBODY } from './filtered-twins.ts';
import type { ScenarioAnchor, ScenarioEvent } from './scenario.ts';
import { repaired } from './witnesses-of.ts';

const HOUR = 3_600;

/**
 * Gives renewals, in a share of seeds, a filter that refuses the line's clients until somebody sets a better
 * one. A renewal has the name and key of the anchor that it is to replace, so a leaf leads to both. The host
 * decides which of the two it asks (F7, F16).
 */
export function refusingRenewals(
  seed: number,
  anchors: readonly ScenarioAnchor[],
  about: { start: number; calm: number; isPlain: boolean },
): { anchors: ScenarioAnchor[]; events: ScenarioEvent[] } {
  const chance = chanceAt(seed, 'refusing renewals');
  const isPlain = about.isPlain && anchors.every(({ twin, bundled }) => !twin && !bundled);
  const renewals = anchors.filter(({ renewed, activeIn }) => renewed && activeIn.length === 0);
  const refusing = isPlain ? renewals.filter(() => chance.happens(0.6)).map(({ id }) => id) : [];
  return {
    anchors: anchors.map((one) => (refusing.includes(one.id) ? { ...one, filter: NOBODY } : one)),
    events: refusing.flatMap((anchor) => repaired(anchor, chance.between(about.start, about.calm - HOUR))),
  };
}
