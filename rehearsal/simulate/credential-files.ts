import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { sampleClients } from '../../simulation/organizations/sample-organization.ts';
import type { Claims } from '../../simulation/workloads/bearer.ts';

/**
 * One client certificate, ready to use. `anchor` is the id of the anchor that its chain leads to. Files are
 * PEM.
 */
export type SimulatedClient = {
  name: string;
  project: string;
  anchor: string;
  certificateFile: string;
  keyFile: string;
} & Claims;

type SampleClient = Awaited<ReturnType<typeof sampleClients>>[number];

/** Writes each client's leaf and key into the directory. Only this user can read the files. */
export const writeCredentials = (
  directory: string,
  clients: readonly SampleClient[],
  claimsOf: (account: string | undefined, project: string) => Claims,
): Promise<SimulatedClient[]> =>
  Promise.all(
    clients.map(async ({ credential, account, ...client }) => ({
      ...client,
      ...claimsOf(account, client.project),
      certificateFile: await writePrivate(directory, `${client.name}.pem`, credential.certificateChain),
      keyFile: await writePrivate(directory, `${client.name}.key`, credential.privateKey),
    })),
  );

/**
 * Writes a new file that only this user can read, and returns its path. An error carries the path as well.
 */
export async function writePrivate(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    // When writing fails after the file was opened, Node's error does not name the file.
    throw Object.assign(Object(error), { path });
  });
  return path;
}
