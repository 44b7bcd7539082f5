import { readFile } from 'node:fs/promises';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Simulation, serveSimulation } from '../rehearsal/simulate/simulate.ts';
import type { Workspace } from './workspace.ts';

/**
 * The clients of the simulated organization that have a secret. The first two have their next leaf staged.
 */
const CLIENTS = ['billing', 'search', 'batch'];

/**
 * Another client, without an API key. The functions exchange its leaves for tokens at the token host (F17).
 */
export const KEYLESS = 'ledger';

/**
 * An organization with a stack of its own, simulated on this machine. `clients` are those that have a secret.
 */
export type LocalOrganization = {
  name: string;
  soak: string;
  clients: readonly string[];
  simulation: Simulation;
};

/** Serves a simulated organization until `close`. */
export async function serveOrganization(
  name: string,
  soak: string,
  further: readonly string[] = [],
): Promise<LocalOrganization & { close(): Promise<void> }> {
  const { ready, close } = await serveSimulation();
  return { name, soak, clients: [...CLIENTS, ...further], simulation: ready, close };
}

const secretOf = (organization: string, client: string) => `windlass/${organization}/clients/${client}`;
/** The name of an organization's admin secret. */
export const adminSecretOf = (organization: string) => `windlass/${organization}/admin`;

/** The names of all secrets that these organizations have. */
export const secretsOf = (organizations: readonly LocalOrganization[]): string[] =>
  organizations.flatMap(({ name, clients }) => [
    adminSecretOf(name),
    ...clients.map((client) => secretOf(name, client)),
  ]);

/** The `windlass` context, as a user would write it into `cdk.json`. */
export const configurationOf = (organizations: readonly LocalOrganization[]) => ({
  organizations: Object.fromEntries(
    organizations.map(({ name, soak, clients, simulation }) => [
      name,
      {
        adminSecret: adminSecretOf(name),
        baseUrl: simulation.apiBase,
        mtlsHosts: [simulation.mtlsBase],
        authHost: simulation.authBase,
        clients: clients.map((client) => ({
          name: client,
          project: clientNamed(simulation, client).project,
          secret: secretOf(name, client),
        })),
        policy: { soak },
      },
    ]),
  ),
});

/** Creates the admin secret and the clients' secrets, and stages the next leaves, as the README says. */
export async function seedSecrets(
  { name, clients, simulation }: LocalOrganization,
  { settings }: Workspace,
): Promise<void> {
  const secrets = new SecretsManagerClient(settings);
  const create = (Name: string, value: object) =>
    secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }));
  await create(adminSecretOf(name), { apiKey: simulation.adminKey });
  for (const client of clients) {
    const SecretId = secretOf(name, client);
    await create(SecretId, await credentialOf(simulation, client));
    if (!simulation.clients.some((one) => one.name === `${client}-next`)) continue;
    const SecretString = JSON.stringify(await credentialOf(simulation, `${client}-next`));
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages: ['AWSPENDING'] }));
  }
}

function clientNamed({ clients }: Simulation, name: string): Simulation['clients'][number] {
  const client = clients.find((one) => one.name === name);
  if (!client) throw new Error(`the simulated organization has no client ${name}`);
  return client;
}

async function credentialOf(simulation: Simulation, name: string): Promise<object> {
  const client = clientNamed(simulation, name);
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
