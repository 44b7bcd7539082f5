import type { Told } from './journal-detail.ts';

/** One change of trust, or of the leaf that clients run on, with what was active before and after it. */
export type Change = {
  at: string;
  what: 'activated' | 'deactivated' | 'undone' | 'promoted' | 'restored';
  scope: string | null;
  /** Anchors, or clients where it was leaves that moved. */
  changed: string[];
  before: string[] | null;
  after: string[] | null;
  /** False when the rotation said that it was about to, and never that it had: some of it may have happened. */
  done: boolean;
};

type Read = { what: Change['what']; changed: (told: Told['told']) => string[] };

/** The entries that tell of a change that happened. */
const happened: Partial<Record<Told['event'], Read>> = {
  activated: { what: 'activated', changed: (told) => told.activated },
  deactivated: { what: 'deactivated', changed: (told) => told.deactivated },
  undone: { what: 'undone', changed: (told) => told.reactivated },
  promoted: { what: 'promoted', changed: (told) => told.promoted },
  restored: { what: 'restored', changed: (told) => told.restored },
};

/** The entries that were written right before one. */
const intended: typeof happened = {
  activating: { what: 'activated', changed: (told) => told.activating },
  deactivating: { what: 'deactivated', changed: (told) => told.deactivating },
  undoing: { what: 'undone', changed: (told) => told.reactivating },
  promoting: { what: 'promoted', changed: (told) => told.promoting },
  restoring: { what: 'restored', changed: (told) => told.restoring },
};

/** Every change in some entries of one rotation, in their order; an intention only where nothing tells of its end. */
export function changesIn(entries: readonly Told[]): Change[] {
  const all = entries.flatMap((entry) => [
    ...changeOf(entry, happened[entry.event], true),
    ...changeOf(entry, intended[entry.event], false),
  ]);
  return all.filter((change, i) => change.done || !all.slice(i + 1).some((later) => covers(later, change)));
}

function changeOf({ at, scope, told }: Told, read: Read | undefined, done: boolean): Change[] {
  const changed = read?.changed(told) ?? [];
  const { before, after } = told;
  return read && changed.length > 0
    ? [{ at, what: read.what, scope: scope ?? null, changed, before, after, done }]
    : [];
}

/** A later change tells how an earlier intention ended, or is the same intention at its next attempt. */
function covers(later: Change, { what, scope, changed, before }: Change): boolean {
  if (later.what !== what || later.scope !== scope) return false;
  if (later.done) return changed.every((id) => later.changed.includes(id));
  return `${later.changed}` === `${changed}` && `${later.before}` === `${before}`;
}
