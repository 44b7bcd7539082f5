import pMap from 'p-map';
import { adminCalls } from '../../lambdas/adapters/openai/admin-calls.ts';
import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { type Entry, readAnchors, readProjects } from '../../lambdas/adapters/openai/certificate-answers.ts';
import { everyEntry } from '../../lambdas/adapters/openai/every-entry.ts';
import { parseInventory } from '../../simulation/inventory/inventory.ts';
import { withBaseUrlHint } from './admin.ts';
import { openAsking } from './asking.ts';

/** A whole list in the API's own shape, as one page without a limit. */
type List = {
  object: 'list';
  data: Entry[];
  first_id: string | null;
  last_id: string | null;
  has_more: false;
};

/** An organization's trust as the API lists it. Fields that we do not know are kept. */
export type ExportedInventory = {
  organization: List;
  projects: { id: string; name: string | null; certificates: List }[];
};

/**
 * Reads every scope completely, ten at a time. Throws what the API's adapter throws. Also throws when a
 * rehearsal could not read the result.
 */
export async function exportFrom(baseURL: string, credential: AdminCredential): Promise<ExportedInventory> {
  const { onScope, onWait, close } = openAsking(baseURL);
  try {
    const call = adminCalls({ baseURL, credential: async () => credential, onWait });
    const inventory = await readAll(call, onScope);
    // Trust may have changed while it was read. A file that contradicts itself is of no use, so it is
    // checked.
    parseInventory(inventory, 'what the API listed');
    return inventory;
  } catch (error) {
    throw withBaseUrlHint(error, baseURL);
  } finally {
    close();
  }
}

async function readAll(
  call: ReturnType<typeof adminCalls>,
  onScope: (read: number, of: number) => void,
): Promise<ExportedInventory> {
  const organization = await call(
    'list the organization',
    { missing: 'ApiRefused', permission: READ },
    async ({ certificates }, what) => listOf(await everyEntry(() => certificates.list(PAGE), what), what),
  );
  const projects = await call(
    'list projects',
    { missing: 'ApiRefused', permission: 'the listing of projects' },
    async (admin, what) => readProjects(await everyEntry(() => admin.projects.list(PAGE), what), what),
  );
  let read = 1;
  const listed = await pMap(
    projects,
    async ({ projectId, name }) => {
      const certificates = await call(
        `list project ${projectId}`,
        { missing: 'UnknownProject', permission: READ },
        async (admin, what) =>
          listOf(await everyEntry(() => admin.projects.certificates.list(projectId, PAGE), what), what),
      );
      onScope(++read, projects.length + 1);
      return { id: projectId, name, certificates };
    },
    { concurrency: 10 },
  );
  return { organization, projects: listed };
}

/** The permission that the key needs (F18). */
const READ = 'api.mtls.read';

/** The API's maximum for one page (F4). */
const PAGE = { limit: 100 };

function listOf(entries: readonly Entry[], what: string): List {
  readAnchors(entries, what);
  // An upload during the reading shifts an entry onto the next page, where it appears again.
  const data = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: false,
  };
}
