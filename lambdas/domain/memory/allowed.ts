import { ORGANIZATION } from '../anchor.ts';
import { WindlassError } from '../errors.ts';
import { bytesOf } from '../first-few.ts';
import type { Allowance, CompromisedMemory } from './journal.ts';

/** What names are looked up in before anything is allowed by them. */
type Known = {
  clients: readonly { name: string }[];
  inventory: { projects: readonly { projectId: string }[] };
};

/**
 * What to write down of one compromise once its requests have been looked up: these are struck off `asked`,
 * and what they ask for is allowed where all of its names exist.
 */
export type Settled = Required<Pick<CompromisedMemory, 'anchorId' | 'asked' | 'leaveBehind' | 'onListing'>>;

/** Returns what an emergency asks to be allowed; empty where it asks for nothing. */
export const askedBy = ({ leaveBehind, onListing }: Allowance): Allowance[] =>
  leaveBehind || onListing ? [{ ...(leaveBehind && { leaveBehind }), ...(onListing && { onListing }) }] : [];

/**
 * The most bytes of JSON in an item of the table. An item holds 400 KB, and the table counts fewer bytes
 * beside each name than JSON does (DynamoDB).
 */
const MOST_BYTES = 400_000;

/**
 * Adds one more request to what is asked for a compromise. Requests stay apart, since one wrong name refuses
 * all of its request. Where there is no room for that, this request replaces those that ask for nothing
 * beside it. Throws `InvalidRequest` where there is no room even so.
 */
export function askedAlso(known: CompromisedMemory, one: Allowance): Allowance[] {
  const { anchorId, asked = [] } = known;
  const hasRoom = (all: Allowance[]) => bytesOf({ ...known, asked: all }) <= MOST_BYTES;
  const apart = without([...asked, one], []);
  if (hasRoom(apart)) return apart;
  const united = [...asked.filter((each) => !isWithin(each, one)), one];
  if (hasRoom(united)) return united;
  throw new WindlassError(
    'InvalidRequest',
    `what emergencies ask to be allowed for ${anchorId} takes more than ${MOST_BYTES} bytes with this one: it stays named, and this request is allowed nothing. Start one with fewer names, or take back what is not needed any more (windlass compromised)`,
  );
}

/** Whether `one` asks for nothing that `other` does not ask for. */
function isWithin(one: Allowance, other: Allowance): boolean {
  const clients = new Set(other.leaveBehind);
  const scopes = other.onListing === 'all' ? 'all' : new Set(other.onListing);
  const isListed = ({ onListing = [] }: Allowance) =>
    scopes === 'all' || (onListing !== 'all' && onListing.every((scope) => scopes.has(scope)));
  return (one.leaveBehind ?? []).every((name) => clients.has(name)) && isListed(one);
}

/** Returns `asked` without the requests in `one`, and each remaining request once. */
export const without = (asked: readonly Allowance[], one: readonly Allowance[]): Allowance[] => {
  const struck = new Set(one.map((each) => JSON.stringify(each)));
  return [...new Map(asked.map((each) => [JSON.stringify(each), each]))].flatMap(([key, each]) =>
    struck.has(key) ? [] : [each],
  );
};

/**
 * Looks up what emergencies asked to be allowed. A request with an unknown name is refused with everything
 * that it asks for (I6). The run that looks may be another one: the emergency itself may have been told that
 * another run is at work.
 */
export function settledAllowances(
  remembered: readonly CompromisedMemory[],
  known: Known,
): { allowances: CompromisedMemory[]; settled: Settled[]; refused: string[] } {
  const refused = new Set<string>();
  const settled = remembered.flatMap((one): Settled[] => {
    const { anchorId, asked = [] } = one;
    if (asked.length === 0) return [];
    const allowed = asked.filter((each) => {
      const unknown = unknownIn(each, known);
      for (const name of unknown) refused.add(name);
      return unknown.length === 0;
    });
    return [{ anchorId, asked, ...together([one, ...allowed]) }];
  });
  const byAnchor = new Map(settled.map(({ asked: _, ...one }) => [one.anchorId, one]));
  const allowances = remembered.map(({ asked: _, ...one }) => ({ ...one, ...byAnchor.get(one.anchorId) }));
  return { allowances, settled, refused: [...refused] };
}

/**
 * Unites what several emergencies were allowed. Only a person takes something back, by `windlass
 * compromised`.
 */
function together(all: readonly Allowance[]): Required<Allowance> {
  const scopes = all.flatMap(({ onListing = [] }) => (onListing === 'all' ? [] : onListing));
  return {
    leaveBehind: [...new Set(all.flatMap(({ leaveBehind = [] }) => leaveBehind))],
    onListing: all.some(({ onListing }) => onListing === 'all') ? 'all' : [...new Set(scopes)],
  };
}

function unknownIn({ leaveBehind = [], onListing = [] }: Allowance, { clients, inventory }: Known): string[] {
  const names = new Set(clients.map(({ name }) => name));
  const scopes = new Set([ORGANIZATION, ...inventory.projects.map(({ projectId }) => projectId)]);
  const listed = onListing === 'all' ? [] : onListing;
  return [...leaveBehind.filter((name) => !names.has(name)), ...listed.filter((scope) => !scopes.has(scope))];
}
