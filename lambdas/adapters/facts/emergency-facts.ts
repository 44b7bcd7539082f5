import pMap from 'p-map';
import { contradict, type ListedAnchor } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import { withListings } from '../../domain/own-listing/assuming.ts';
import { toBeListed } from '../../domain/own-listing/to-be-listed.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import { type Asked, EMERGENCY, type FactPorts, readFacts } from './read-facts.ts';

/** Projects that are listed beside the organization before all of them are, by a survey that may take several attempts. */
const MOST = 100;

/**
 * The facts of a plan. An emergency lists the organization, and of the projects only those on which a decision hangs: each of the others
 * lists itself what is active there, when its child begins (I16). Where all of them decide, all are listed first.
 */
export async function readWhatDecides(
  ports: FactPorts,
  { mayLeave, ...asked }: Asked & { mayLeave: boolean },
): ReturnType<typeof readFacts> {
  if (asked.request.mode !== 'emergency' || !mayLeave) return readFacts(ports, asked);
  const first = await readFacts(ports, { ...asked, only: new Set() }).catch((error) => {
    // A project may list what the organization does not yet.
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
  // What could not be listed, or shows something that the organization does not, or shows otherwise, is the survey's affair.
  const isAsKnown = (one: ListedAnchor): boolean => {
    const known = anchors.get(one.anchorId);
    return known !== undefined && !contradict(known, one);
  };
  const isKnown = read?.every(([, listing]) => listing.every(isAsKnown));
  if (!read || !isKnown) return readFacts(ports, asked);
  const facts = { ...first.facts, inventory: withListings(inventory, new Map(read)) };
  return toBeListed(facts).length === 0 ? { ...first, facts } : readFacts(ports, asked);
}
