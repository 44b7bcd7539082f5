import type { Blocked } from '../plan-document/blocked.ts';
import { isUnread } from '../planning/compromise.ts';
import { indexAnchors } from '../planning/facts.ts';
import { everCalled, type Seen, UNTOLD } from './seen.ts';
import {
  authoritiesOf,
  everybodyIn,
  isOfNobodyIn,
  type SeeingFacts,
  sightingsOf,
  unseenIn,
} from './sightings.ts';
import { takenOut } from './taken-out.ts';

/**
 * Which run asks, the last run that ended red for what was blocked (null where none has), and whether
 * everything could be listed.
 */
export type Telling = { by: string; toldBy: string | null; isWhole: boolean };

/**
 * Returns what this plan saw and is to be remembered, what is over and is to be forgotten, and whether
 * anything is newly blocked or nearer to its date. New entries are pending for this run. They count as told
 * only when the run has ended red for them (I13).
 */
export function seenNow(
  before: readonly Seen[],
  blocked: readonly Blocked[],
  facts: SeeingFacts,
  { by, toldBy, isWhole }: Telling,
): { changed: Seen[]; over: Seen[]; isNew: boolean } {
  const now = sightingsOf(blocked, facts);
  const keyOf = ({ kind, id }: Pick<Seen, 'kind' | 'id'>) => `${kind} ${id}`;
  const known = new Map(before.map((one) => [keyOf(one), one]));
  const toldOf = (one: Seen): string => toldValue(one, toldBy);
  const saw = now.map((one): Seen => {
    const last = known.get(keyOf(one));
    const told = last ? toldOf(last) : UNTOLD;
    if (one.kind === 'anchor') return last ? withItsPast(one, last) : one;
    if (one.kind !== 'blocked' || Number(one.value) <= Number(told)) return one;
    return { ...one, value: told, pending: { value: one.value, by } };
  });
  const current = new Set(now.map(keyOf));
  const { anchors } = indexAnchors(facts.inventory);
  // Where an anchor is blocked as a whole, or its certificate could not be read, no entry of it is over: it
  // may only be hidden.
  const isStill = (id: string): boolean => {
    if (isOfNobodyIn(id)) return current.has(`blocked ${id}`);
    const [anchorId = ''] = id.split(' ');
    const keys = [id, anchorId, unseenIn(anchorId)];
    const isHidden = anchors.has(anchorId) && isUnread(anchorId, facts);
    return keys.some((key) => current.has(`blocked ${key}`)) || isHidden;
  };
  const unseen = before.filter((one) => one.kind === 'blocked' && !current.has(keyOf(one)));
  // An emergency looks only at what it names, so it says nothing of other blocked cuts. Something in a
  // project that could not be listed is not over either.
  const isEmergency = facts.request.mode === 'emergency';
  const isAsked = !isEmergency && isWhole;
  // Something that an earlier attempt of this run was to tell, and this attempt does not see, is told by
  // nobody.
  const isWithdrawn = ({ value, pending }: Seen): boolean => pending?.by === by && value === UNTOLD;
  const over = unseen.filter((one) => isWithdrawn(one) || (isAsked && !isStill(one.id)));
  // The client runs on something else by now, and nobody can tell on what. Its former authority excludes
  // nothing (I1, I9).
  const moved = everybodyIn(facts).filter((client) => authoritiesOf(client, facts) === null);
  const outlived = moved.flatMap(({ name }) => known.get(keyOf({ kind: 'client', id: name })) ?? []);
  // Only the last run that told is remembered. So what it told is written down as told now, before another
  // run may tell.
  const settled = unseen.flatMap((one): Seen[] => {
    const isOurs = one.pending?.by === toldBy || one.pending?.by === by;
    if (!one.pending || !isOurs || over.includes(one)) return [];
    return [{ kind: one.kind, id: one.id, value: toldOf(one) }];
  });
  const changed = [...saw, ...settled].filter((one) => !isSame(one, known.get(keyOf(one))));
  // Entries that this plan tells stay.
  const gone = isEmergency
    ? []
    : takenOut(before, everybodyIn(facts)).filter((one) => !current.has(keyOf(one)));
  return {
    changed,
    over: [...over, ...outlived, ...gone],
    isNew: saw.some(({ pending }) => pending !== undefined),
  };
}

/**
 * Returns how loudly something has been told. A pending value counts where its run was the last that ended
 * red for what was blocked.
 */
const toldValue = ({ value, pending }: Seen, toldBy: string | null): string =>
  pending && pending.by === toldBy ? pending.value : value;

/** Whether somebody has been told that an anchor as a whole is blocked (I13). */
export const isTold = (anchorId: string, seen: readonly Seen[], toldBy: string | null): boolean =>
  seen.some((one) => one.kind === 'blocked' && one.id === anchorId && toldValue(one, toldBy) !== UNTOLD);

/** Adds an anchor's former names, and its key: a key stays, even where the API gives no answer today. */
function withItsPast(one: Seen, last: Seen): Seen {
  const [now] = everCalled(one);
  const formerly = everCalled(last).filter((authority) => authority !== now);
  return {
    ...one,
    ...(last.key && !one.key && { key: last.key }),
    ...(formerly.length > 0 && { formerly }),
  };
}

const isEqual = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  one.join(' ') === other.join(' ');

const isSame = (one: Seen, last: Seen | undefined): boolean =>
  last?.value === one.value &&
  last.secret === one.secret &&
  isEqual(last.anchors, one.anchors) &&
  isEqual(last.versions, one.versions) &&
  last.key === one.key &&
  isEqual(last.formerly, one.formerly) &&
  last.pending?.value === one.pending?.value &&
  last.pending?.by === one.pending?.by;
