import pMap from 'p-map';
import { type Inventory, ORGANIZATION } from '../domain/anchor.ts';
import type { Certificates } from './certificates.ts';

/**
 * Reads every scope to the end (F4), `concurrency` listings at a time. `onScope` hears how many of how many are read,
 * for whoever waits for it. Throws what the listings throw: half an inventory is none (I9).
 */
export async function readInventory(
  certificates: Certificates,
  concurrency: number,
  onScope: (read: number, of: number) => void = () => {},
): Promise<Inventory> {
  const [organization, projects] = await Promise.all([
    certificates.list(ORGANIZATION),
    certificates.projects(),
  ]);
  let read = 1;
  const listings = await pMap(
    projects,
    async ({ projectId, name }) => {
      const anchors = await certificates.list(projectId);
      onScope(++read, projects.length + 1);
      return { projectId, name, anchors };
    },
    { concurrency },
  );
  return { organization, projects: listings };
}
