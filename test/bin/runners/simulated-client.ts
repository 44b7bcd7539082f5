import { readFile } from 'node:fs/promises';
import type { Simulation } from '../../../rehearsal/simulate/simulate.ts';

/** Returns the secret of a client of the simulation. */
export async function credentialOf({ clients }: Simulation, name: string): Promise<Record<string, string>> {
  const client = clients.find((one) => one.name === name);
  if (!client) throw new Error(`no client ${name}`);
  const [certificateChain = '', privateKey = ''] = await Promise.all(
    [client.certificateFile, client.keyFile].map((file) => readFile(file, 'utf8')),
  );
  const claims: Record<string, string> =
    'apiKey' in client
      ? { apiKey: client.apiKey }
      : { identityProviderId: client.identityProviderId, serviceAccountId: client.serviceAccountId };
  return { ...claims, certificateChain, privateKey };
}
