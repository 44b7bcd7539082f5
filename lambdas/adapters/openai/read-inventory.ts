import pMap from 'p-map';
import {
  contradict,
  type Inventory,
  type ListedAnchor,
  ORGANIZATION,
  scopesOf,
} from '../../domain/anchor.ts';
import { gravest, WindlassError } from '../../domain/errors.ts';
import type { Certificates } from './certificates.ts';

/**
 * Reads every scope to the end (F4), `concurrency` listings at a time. `onScope` hears how many of how many are read,
 * for whoever waits for it. Throws what the listings throw, since half an inventory is none (I9), and `UnreadableAnswer`
 * when two of them disagree about one anchor: nobody knows which of them to plan by.
 */
export async function readInventory(
  certificates: Certificates,
  concurrency: number,
  onScope: (read: number, of: number) => void = () => {},
): Promise<Inventory> {
  const { inventory, failures } = await readWhatIsListed(certificates, concurrency, onScope);
  if (failures.length > 0) throw gravest(failures);
  return inventory;
}

/**
 * The same, but a project whose listing fails is marked as `unlisted`, with why, and its failure handed back: an emergency
 * does not wait for it (I16, I17). A refused key, and what the organization's own listing throws, is everybody's.
 */
export async function readWhatIsListed(
  certificates: Certificates,
  concurrency: number,
  onScope: (read: number, of: number) => void = () => {},
): Promise<{ inventory: Inventory; failures: unknown[] }> {
  const [organization, projects] = await Promise.all([
    certificates.list(ORGANIZATION),
    certificates.projects(),
  ]);
  const failures: unknown[] = [];
  let read = 1;
  const listings = await pMap(
    projects,
    async ({ projectId, name }) => {
      const project = { projectId, name };
      try {
        return { ...project, anchors: await certificates.list(projectId) };
      } catch (error) {
        if (!(error instanceof WindlassError) || error.name === 'AdminKeyRefused') throw error;
        failures.push(error);
        return { ...project, anchors: [], unlisted: `${error.name}: ${error.message}` };
      } finally {
        onScope(++read, projects.length + 1);
      }
    },
    { concurrency },
  );
  const inventory = { organization, projects: listings };
  demandAgreement(inventory);
  return { inventory, failures };
}

/** An anchor has the same facts wherever it is listed; only `active` is each scope's own (F5). */
function demandAgreement(inventory: Inventory): void {
  const known = new Map<string, { anchor: ListedAnchor; scope: string }>();
  for (const { scope, anchors } of scopesOf(inventory))
    for (const anchor of anchors) {
      const first = known.get(anchor.anchorId);
      if (!first) known.set(anchor.anchorId, { anchor, scope });
      else if (contradict(first.anchor, anchor))
        throw new WindlassError(
          'UnreadableAnswer',
          `${first.scope} and ${scope} list ${anchor.anchorId} with different names or times: perhaps it was renamed meanwhile`,
        );
    }
}
