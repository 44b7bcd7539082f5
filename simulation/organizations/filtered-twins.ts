import { chanceAt } from '../chance/chance.ts';
import type { ScenarioAnchor, ScenarioEvent } from './scenario.ts';

const DAY = 86_400;

/** A filter that no simulated client satisfies (F16). */
export const NOBODY = 'subject.organization == "nobody"';

/** A filter that lets in the clients of one line, and the admin credential (F16). */
const OWN = 'subject.common_name.startsWith(';
export const letsInOwn = (line: string): string => `${OWN}"${line}-") || subject.common_name == "windlass"`;

/** Whether a filter lets in only the clients of one line. */
export const isOwnOnly = (filter: string | undefined): boolean => filter?.startsWith(OWN) ?? false;

/**
 * Returns, in a share of seeds, another upload of a line's first key, of its own authority and with a filter
 * that refuses the line's clients. Somebody makes it active in the middle of the seed. A leaf of that key
 * then leads to an active anchor and is turned away all the same. There is none where the next generation has
 * that key as well, since its leaves would be turned away with it.
 */
export function filteredTwins(
  seed: number,
  anchors: readonly ScenarioAnchor[],
  { start, calm }: { start: number; calm: number },
): { twins: ScenarioAnchor[]; trusting: ScenarioEvent[] } {
  const chance = chanceAt(seed, 'filters');
  const lines = [...Map.groupBy(anchors, ({ line }) => line).values()];
  // A twin has the key of another anchor, whose leaves would be turned away with the rest.
  const isShared = anchors.some(({ twin }) => twin !== undefined);
  const filtered = lines.flatMap((line) => {
    const [first] = line;
    const isUsed = chance.happens(0.15) && !isShared && !line.some(({ renewed }) => renewed);
    return isUsed && first ? [first] : [];
  });
  const trusting = filtered.flatMap((first): ScenarioEvent[] => {
    const anchor = idOf(first);
    const at = chance.between(start, calm);
    return [{ id: `trust ${anchor}`, at, kind: 'trust', anchor, scope: chance.pick(first.activeIn) }];
  });
  return { twins: filtered.map(twinOf), trusting };
}

const idOf = ({ line }: ScenarioAnchor): string => `cert_${line}f`;

const twinOf = (first: ScenarioAnchor): ScenarioAnchor => ({
  ...{ id: idOf(first), name: `${first.line}-filtered@1`, line: first.line, renewed: true, filter: NOBODY },
  ...{ generation: first.generation + 1, activeIn: [], validAt: first.validAt },
  expiresAt: first.validAt + 1000 * DAY,
});
