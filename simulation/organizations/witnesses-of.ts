import { chanceAt } from '../chance/chance.ts';
import type { Scenario, ScenarioAnchor, ScenarioEvent, ScenarioWitness } from './scenario.ts';

const HOUR = 3_600;

/** What a stranger's name begins with, and a filter that lets in everybody else (F16). */
const STRANGER = 'stranger';
export const KEEPS_STRANGERS_OUT = `!subject.common_name.startsWith("${STRANGER}")`;

/** Somebody gives an anchor its filter at a time (Unix seconds), and starts a run some minutes after it, and another an hour later. */
export const repaired = (anchor: string, at: number): ScenarioEvent[] => [
  { id: `filter ${anchor}`, at, kind: 'filter', anchor },
  ...[600, HOUR].map(
    (later): ScenarioEvent => ({
      ...{ id: `run ${later} after filter ${anchor}`, at: at + later, kind: 'run' },
      request: { mode: 'manual', reason: 'its filter is repaired' },
    }),
  ),
];

/**
 * In a share of seeds a line whose anchors keep strangers out, with a stranger whose leaves the next generations have to refuse.
 * In some the next generations have been uploaded without that filter, and somebody sets it in the middle; in some the
 * stranger's leaf is of the old generation until somebody puts the next there.
 */
export function witnessesOf(
  seed: number,
  { anchors, projects }: Pick<Scenario, 'anchors' | 'projects'>,
  { start, calm }: { start: number; calm: number },
): { anchors: ScenarioAnchor[]; witnesses: ScenarioWitness[]; events: ScenarioEvent[] } {
  const chance = chanceAt(seed, 'witnesses');
  const none = { anchors: [...anchors], witnesses: [], events: [] };
  if (anchors.length === 0 || !chance.happens(0.2)) return none;
  const lines = [...Map.groupBy(anchors, ({ line }) => line).values()];
  const line = chance.pick(lines);
  const [first, ...next] = line.toSorted((a, b) => a.generation - b.generation);
  // A witness holds two leaves at the most, and a leaf that leads to two anchors tells nothing of either's filter.
  const isPlain = line.every(({ renewed, twin, bundled, name }) => !renewed && !twin && !bundled && name);
  if (!first || next.length < 1 || next.length > 2 || !isPlain) return none;
  const isForgotten = chance.happens(0.6);
  const isLate = chance.happens(0.3);
  const sometime = () => chance.between(start, calm - HOUR);
  const trusting = projects.filter((project) => first.activeIn.includes(project));
  const name = `${STRANGER}-${first.line}`;
  const leaves = next.map(({ id }) => ({ anchor: id }));
  const [current, pending] = leaves;
  const arrives = sometime();
  const events: ScenarioEvent[] = [
    ...(isForgotten ? next.flatMap(({ id }) => repaired(id, sometime())) : []),
    ...(isLate
      ? leaves.map((leaf, i) => ({
          ...{ id: `witness ${leaf.anchor}`, at: arrives, kind: 'witness' as const, witness: name, leaf },
          stage: i === 0 ? ('AWSCURRENT' as const) : ('AWSPENDING' as const),
        }))
      : []),
  ];
  return {
    anchors: anchors.map((anchor) =>
      anchor.line === first.line && (anchor === first || !isForgotten)
        ? { ...anchor, filter: KEEPS_STRANGERS_OUT }
        : anchor,
    ),
    witnesses: [
      {
        ...{ name, project: chance.pick(trusting.length > 0 ? trusting : projects), line: first.line },
        current: isLate ? { anchor: first.id } : (current ?? { anchor: first.id }),
        pending: isLate ? null : (pending ?? null),
        ...(isLate && { arrives }),
      },
    ],
    events,
  };
}
