import { readFile } from 'node:fs/promises';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Simulation, serveSimulation } from '../rehearsal/simulate.ts';
import type { Workspace } from './workspace.ts';

/** The clients of the simulated organization that have a secret; the first two have their next leaf staged. */
const CLIENTS = ['billing', 'search', 'batch'];

/** An organization with a stack of its own, simulated on this machine. */
export type LocalOrganization = { name: string; soak: string; simulation: Simulation };

/** Serves a simulated organization until `close`. */
export async function serveOrganization(
  name: string,
  soak: string,
): Promise<LocalOrganization & { close(): Promise<void> }> {
  const { ready, close } = await serveSimulation();
  return { name, soak, simulation: ready, close };
}

const secretOf = (organization: string, client: string) => `windlass/${organization}/clients/${client}`;
/** The name of an organization's admin secret. */
export const adminSecretOf = (organization: string) => `windlass/${organization}/admin`;

/** The `windlass` context, as a user would write it into `cdk.json`. */
export const configurationOf = (organizations: readonly LocalOrganization[]) => ({
  organizations: Object.fromEntries(
    organizations.map(({ name, soak, simulation }) => [
      name,
      {
        adminSecret: adminSecretOf(name),
        baseUrl: simulation.apiBase,
        mtlsHosts: [simulation.mtlsBase],
        authHost: simulation.authBase,
        clients: CLIENTS.map((client) => ({
          name: client,
          project: `proj_${client}`,
          secret: secretOf(name, client),
        })),
        policy: { soak },
      },
    ]),
  ),
});

/** Creates the admin secret and the clients' secrets, and stages the next leaves, as the README says. */
export async function seedSecrets(
  { name, simulation }: LocalOrganization,
  { settings }: Workspace,
): Promise<void> {
  const secrets = new SecretsManagerClient(settings);
  const create = (Name: string, value: object) =>
    secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }));
  await create(adminSecretOf(name), { apiKey: simulation.adminKey });
  for (const client of CLIENTS) {
    const SecretId = secretOf(name, client);
    await create(SecretId, await credentialOf(simulation, client));
    if (!simulation.clients.some((one) => one.name === `${client}-next`)) continue;
    const SecretString = JSON.stringify(await credentialOf(simulation, `${client}-next`));
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages: ['AWSPENDING'] }));
  }
}

async function credentialOf({ clients }: Simulation, name: string): Promise<object> {
  const client = clients.find((one) => one.name === name);
  if (!client) throw new Error(`the simulated organization has no client ${name}`);
  const { certificateFile, keyFile } = client;
  const claims = 'apiKey' in client ? { apiKey: client.apiKey } : idsOf(client);
  return {
    ...claims,
    certificateChain: await readFile(certificateFile, 'utf8'),
    privateKey: await readFile(keyFile, 'utf8'),
  };
}

const idsOf = ({ identityProviderId, serviceAccountId }: Keyless) => ({
  identityProviderId,
  serviceAccountId,
});
type Keyless = Exclude<Simulation['clients'][number], { apiKey: string }>;
