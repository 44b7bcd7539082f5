import type { Told } from './journal-detail.ts';

/** One change of trust, or of the leaves that clients run on, with the state before and after it. */
export type Change = {
  at: string;
  what: 'activated' | 'deactivated' | 'undone' | 'promoted' | 'restored';
  scope: string | null;
  /** Anchors; or clients, when leaves moved. */
  changed: string[];
  /**
   * Active anchors. When leaves moved: the SHA-256 fingerprint of each client's leaf, or `chain` and a digest
   * when only the chain changed.
   */
  before: (string | null)[] | null;
  after: (string | null)[] | null;
  /**
   * False when the rotation announced the change and no line tells that it was made. Some of it may have
   * happened.
   */
  done: boolean;
  /** The index of the rotation's entry that tells of it. */
  line: number;
};

type Names = (told: Told['told']) => string[];
/**
 * What an entry tells about a change: what it changed, and what it found already done by an earlier attempt
 * that got no answer.
 */
type Read = { what: Change['what']; changed: Names; found?: Names };

/** The entries that tell of a change that happened. */
const happened: Partial<Record<Told['event'], Read>> = {
  activated: { what: 'activated', changed: (told) => told.activated, found: (told) => told.alreadyActive },
  deactivated: {
    what: 'deactivated',
    changed: (told) => told.deactivated,
    found: (told) => told.alreadyInactive,
  },
  undone: {
    what: 'undone',
    changed: (told) => [...told.reactivated, ...told.takenBack],
    found: (told) => told.standing,
  },
  promoted: { what: 'promoted', changed: (told) => told.promoted, found: (told) => told.alreadyCurrent },
  restored: { what: 'restored', changed: (told) => told.restored, found: (told) => told.alreadyBack },
};

/** The entries that announce a change, written right before it. */
const intended: typeof happened = {
  activating: { what: 'activated', changed: (told) => told.activating },
  deactivating: { what: 'deactivated', changed: (told) => told.deactivating },
  undoing: { what: 'undone', changed: (told) => [...told.reactivating, ...told.takingBack] },
  promoting: { what: 'promoted', changed: (told) => told.promoting },
  restoring: { what: 'restored', changed: (told) => told.restoring },
};

/** What one entry tells, with the leaves that it was about. */
type Line = Change & { found: string[]; leaves: Told['told']['leaves'] };

/**
 * Returns every change in the entries of one rotation, in order. An announced change is included only when no
 * line tells of its end.
 */
export function changesIn(entries: readonly Told[]): Change[] {
  const lines = entries.flatMap((entry) => [
    ...lineOf(entry, happened[entry.event], true),
    ...lineOf(entry, intended[entry.event], false),
  ]);
  // Reads backwards, so that for each line it is known what came later. A run of thousands of scopes has tens
  // of thousands of lines, so each is read once.
  const later = new Map<string, Later>();
  const ends = lines.toReversed().map((line) => {
    const since = later.get(placeOf(line)) ?? { changed: new Set(), found: new Map() };
    later.set(placeOf(line), since);
    const told = line.done ? [line] : endsOf(line, since);
    for (const id of line.changed) since.changed.add(id);
    for (const id of line.found) since.found.set(id, line);
    return told;
  });
  return ends
    .reverse()
    .flat()
    .flatMap((line) => (line.changed.length > 0 ? [withLeaves(line)] : []));
}

/**
 * What later lines of the same kind and scope have changed, and the first later line that found each thing
 * already done.
 */
type Later = { changed: Set<string>; found: Map<string, Line> };

const placeOf = ({ what, scope }: Line): string => JSON.stringify([what, scope]);

function lineOf({ at, scope, line, told }: Told, read: Read | undefined, done: boolean): Line[] {
  if (!read) return [];
  const { before, after, leaves } = told;
  const [changed, found] = [read.changed(told), read.found?.(told) ?? []];
  return [{ at, what: read.what, scope: scope ?? null, changed, before, after, done, line, found, leaves }];
}

/**
 * Splits an announced change into what a later line found done, and what has no known end. What a later line
 * changed itself is left out.
 */
function endsOf(intention: Line, { changed, found }: Later): Line[] {
  const open = intention.changed.filter((id) => !changed.has(id));
  const isFound = (id: string): boolean => found.has(id);
  // A list of thousands continues in further lines, so the first of them counts.
  const finding = open.flatMap((id) => found.get(id) ?? []).toSorted((one, other) => one.line - other.line);
  return [
    { ...intention, changed: open.filter(isFound), after: finding[0]?.after ?? null, done: true },
    { ...intention, changed: open.filter((id) => !isFound(id)) },
  ];
}

/** Sets before and after of each client, when leaves moved. */
function withLeaves({ found: _, leaves, ...change }: Line): Change {
  if (leaves.length === 0) return change;
  const moved = new Map(leaves.toReversed().map((leaf) => [leaf.client, leaf]));
  const moves = change.changed.map((client) => moved.get(client));
  const after = change.done ? moves.map((move) => inWords(move, 'after')) : null;
  return { ...change, before: moves.map((move) => inWords(move, 'before')), after };
}

const inWords = (move: Line['leaves'][number] | undefined, when: 'before' | 'after'): string | null => {
  const chain = move?.chains?.[when];
  return chain ? `chain ${chain}` : (move?.[when] ?? null);
};
