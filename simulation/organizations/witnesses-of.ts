import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { chanceAt } from '../chance/chance.ts';
import type { Scenario, ScenarioAnchor, ScenarioEvent, ScenarioWitness } from './scenario.ts';

const HOUR = 3_600;

/** The prefix of a stranger's name, and a filter that lets in everybody else (F16). */
const STRANGER = 'stranger';
export const KEEPS_STRANGERS_OUT = `!subject.common_name.startsWith("${STRANGER}")`;

/**
 * What somebody did last, by a time (Unix seconds), to an anchor's filter; null where nobody has touched it.
 */
export function lastFilterSet(
  anchor: string,
  events: readonly ScenarioEvent[],
  at: number,
): 'set' | 'lost' | null {
  const [last] = events
    .flatMap((one) => (one.kind === 'filter' && one.anchor === anchor && one.at <= at ? [one] : []))
    .toSorted((a, b) => b.at - a.at);
  return last ? (last.lost ? 'lost' : 'set') : null;
}

/**
 * Somebody gives an anchor its filter at a time (Unix seconds), starts a run ten minutes
 * later, and another after an hour.
 */
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
 * Returns, in a share of seeds, a line whose anchors keep strangers out, with a stranger whose leaves the
 * next generations have to refuse. In some seeds the next generations are uploaded without that filter, and
 * somebody sets it in the middle. In some they have it and lose it for a while, perhaps in the soak. In some
 * the stranger's leaf is of the old generation until somebody puts the next one there. In some its project
 * does not go by the line, so that no scope asks about it.
 */
export function witnessesOf(
  seed: number,
  { anchors, projects }: Pick<Scenario, 'anchors' | 'projects'>,
  { start, calm }: { start: number; calm: number },
): { anchors: ScenarioAnchor[]; witnesses: ScenarioWitness[]; events: ScenarioEvent[] } {
  const chance = chanceAt(seed, 'witnesses');
  const none = { anchors: [...anchors], witnesses: [], events: [] };
  const lines = [...Map.groupBy(anchors, ({ line }) => line).values()];
  const renewed = lines.filter((line) => line.some((one) => one.renewed));
  const isAboutRenewal = renewed.length > 0 && chanceAt(seed, 'witnesses of renewals').happens(0.4);
  if (anchors.length === 0 || !(chance.happens(0.2) || isAboutRenewal)) return none;
  const line = chance.pick(isAboutRenewal ? renewed : lines);
  const [first, ...next] = line.toSorted((a, b) => a.generation - b.generation);
  // A witness holds at most two leaves. Where the next generation is a renewal of the last
  // one's key, its leaves lead to both.
  const isPlain = line.every(({ twin, bundled, name }) => !twin && !bundled && name);
  const isRenewed = line.some(({ renewed }) => renewed);
  if (!first || next.length < 1 || next.length > (isRenewed ? 1 : 2) || !isPlain) return none;
  const isForgotten = chance.happens(0.6);
  const isLate = chance.happens(0.3) && !isRenewed;
  // In some seeds nobody was kept out before the next generation: it alone has the filter.
  const isBegun = chanceAt(seed, 'filters that begin').happens(0.3);
  // A renewal without its filter shows only after the cut, so somebody notices late.
  const earliest = isRenewed ? Math.max(start, calm - 6 * HOUR) : start;
  const sometime = () => chance.between(earliest, calm - HOUR);
  const trusting = projects.filter((project) => first.activeIn.includes(project));
  const untrusting = first.activeIn.includes(ORGANIZATION)
    ? []
    : projects.filter((project) => !first.activeIn.includes(project));
  const elsewhere = chanceAt(seed, 'witnesses elsewhere');
  const name = `${STRANGER}-${first.line}`;
  const leaves = next.map(({ id }) => ({ anchor: id }));
  const [current, pending] = leaves;
  const arrives = sometime();
  const lostForAWhile = (): ScenarioEvent[] => {
    const losing = chanceAt(seed, 'filters lost');
    if (!losing.happens(0.9)) return [];
    const from = losing.between(start, Math.min(calm - HOUR, start + 36 * HOUR));
    const until = losing.between(from, calm - HOUR);
    return next.flatMap(({ id: anchor }): ScenarioEvent[] => [
      { id: `filter lost ${anchor}`, at: from, kind: 'filter', anchor, lost: true },
      ...repaired(anchor, until),
    ]);
  };
  const events: ScenarioEvent[] = [
    ...(isForgotten ? next.flatMap(({ id }) => repaired(id, sometime())) : lostForAWhile()),
    ...(isLate
      ? leaves.map((leaf, i) => ({
          ...{ id: `witness ${leaf.anchor}`, at: arrives, kind: 'witness' as const, witness: name, leaf },
          stage: i === 0 ? ('AWSCURRENT' as const) : ('AWSPENDING' as const),
        }))
      : []),
  ];
  const usual = chance.pick(trusting.length > 0 ? trusting : projects);
  const project = untrusting.length > 0 && elsewhere.happens(0.15) ? elsewhere.pick(untrusting) : usual;
  return {
    anchors: anchors.map((anchor) =>
      anchor.line === first.line && (anchor === first ? !isBegun : !isForgotten)
        ? { ...anchor, filter: KEEPS_STRANGERS_OUT }
        : anchor,
    ),
    witnesses: [
      {
        ...{ name, project, line: first.line },
        current: isLate ? { anchor: first.id } : (current ?? { anchor: first.id }),
        pending: isLate ? null : (pending ?? null),
        ...(isLate && { arrives }),
      },
    ],
    events,
  };
}
