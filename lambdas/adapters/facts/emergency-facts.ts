import pMap from 'p-map';
import { contradict, type ListedAnchor } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import { withListings } from '../../domain/own-listing/assuming.ts';
import { toBeListed } from '../../domain/own-listing/to-be-listed.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import { type Asked, EMERGENCY, type FactPorts, readFacts } from './read-facts.ts';

/**
 * Projects that an emergency lists beside the organization. If more are needed, a survey lists all of them,
 * which may take several attempts.
 */
const MOST = 100;

/**
 * Returns the facts of a plan. An emergency lists the organization, and only those projects on which a
 * decision depends. Each other project lists itself when its child begins (I16). If every project matters,
 * all are listed first.
 */
export async function readWhatDecides(
  ports: FactPorts,
  { mayLeave, ...asked }: Asked & { mayLeave: boolean },
): ReturnType<typeof readFacts> {
  if (asked.request.mode !== 'emergency' || !mayLeave) return readFacts(ports, asked);
  const first = await readFacts(ports, { ...asked, only: new Set() }).catch((error) => {
    // A project may list an anchor that the organization does not list yet.
    if (error instanceof WindlassError && error.name === 'UnknownAnchor') return null;
    throw error;
  });
  if (first === null) return readFacts(ports, asked);
  const wanted = toBeListed(first.facts);
  if (wanted === 'all' || wanted.length > MOST) return readFacts(ports, asked);
  if (wanted.length === 0) return first;
  const { inventory } = first.facts;
  const { anchors } = indexAnchors(inventory);
  const list = async (projectId: string) => [projectId, await ports.certificates.list(projectId)] as const;
  const read = await pMap(wanted, list, { concurrency: EMERGENCY }).catch(() => null);
  // A survey handles the rest: a project that cannot be listed, or whose list has an anchor that the
  // organization does not list or describes otherwise.
  const isAsKnown = (one: ListedAnchor): boolean => {
    const known = anchors.get(one.anchorId);
    return known !== undefined && !contradict(known, one);
  };
  const isKnown = read?.every(([, listing]) => listing.every(isAsKnown));
  if (!read || !isKnown) return readFacts(ports, asked);
  const facts = { ...first.facts, inventory: withListings(inventory, new Map(read)) };
  return toBeListed(facts).length === 0 ? { ...first, facts } : readFacts(ports, asked);
}
