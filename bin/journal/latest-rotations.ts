import pMap from 'p-map';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { historyBefore, type ReadLine } from '../../lambdas/adapters/table/trail.ts';
import { withHalted } from './halted.ts';
import { type Rotation, rotationOf } from './rotations.ts';
import { isQuietSweep, isWanted, startedSince, type Wanted } from './wanted.ts';

/**
 * The latest wanted rotations of a table, each complete, the newest last. `leftOut` counts the quiet sweeps
 * among them that are not shown.
 */
export type Latest = { rotations: Rotation[]; leftOut: number };

/** Reads back as far as needed. Throws `JournalUnavailable`. */
export async function latestRotations(table: Table, wanted: Wanted): Promise<Latest> {
  const { limit, since } = wanted;
  const chosenOf = (read: readonly Rotation[]) =>
    read.filter((rotation) => isWanted(rotation, wanted)).slice(-limit);
  const read = await rotationsBack(table, 40 * limit, (read) => {
    const isPast = since !== undefined && read[0] !== undefined && !startedSince(read[0], since);
    return isPast || chosenOf(read).length === limit;
  });
  const chosen = chosenOf(read);
  const rotations = await pMap(chosen, (one) => withHalted(table, one), { concurrency: READS });
  return { rotations, leftOut: leftOutOf(read, chosen, wanted) };
}

/** How many rotations' verdicts are read at the same time. */
const READS = 10;

/**
 * Returns rotations from the newest back, each complete, the newest last, until `isEnough` or the table's
 * beginning. `first` is how many entries are read at first. Throws `JournalUnavailable`.
 */
export async function rotationsBack(
  table: Table,
  first: number,
  isEnough: (read: readonly Rotation[]) => boolean,
): Promise<Rotation[]> {
  let entries: ReadLine[] = [];
  let place: string | null = null;
  const whole = new Map<string, Rotation>();
  // A rotation of a few scopes has a few dozen entries. For a bigger one, the second or third read gets the
  // rest.
  for (let most = first; ; most *= 4) {
    const page = await historyBefore(table, most - entries.length, place ?? undefined);
    entries = [...page.lines, ...entries];
    place = page.place ?? place;
    const isWhole = entries.length < most;
    const groups = [...Map.groupBy(entries, ({ startedAt, execution }) => `${startedAt}#${execution}`)];
    // The oldest group may have begun before the entries that were read.
    const read = groups.slice(isWhole ? 0 : 1).map(([run, lines]) => {
      const rotation = whole.get(run) ?? rotationOf(lines);
      whole.set(run, rotation);
      return rotation;
    });
    if (isWhole || isEnough(read)) return read;
  }
}

function leftOutOf(read: readonly Rotation[], chosen: readonly Rotation[], wanted: Wanted): number {
  // When the reader asked for certain rotations, the others are not counted as left out.
  if (wanted.all || wanted.outcome !== undefined || wanted.anchor !== undefined) return 0;
  const { since = 0 } = wanted;
  const [oldest] = chosen;
  const first = oldest && chosen.length === wanted.limit ? read.indexOf(oldest) : 0;
  return read.slice(first).filter((one) => startedSince(one, since) && isQuietSweep(one)).length;
}
