import { chanceAt } from '../chance/chance.ts';
import { NOBODY } from './filtered-twins.ts';
import type { ScenarioAnchor, ScenarioEvent } from './scenario.ts';
import { repaired } from './witnesses-of.ts';

const HOUR = 3_600;

/**
 * In a share of seeds a renewal, of the name and key that it is to replace, has a filter that refuses the line's clients, until
 * somebody sets a better one: a leaf leads to both, and which of the two is asked is the host's business (F7, F16).
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
