import { chanceAt } from '../chance/chance.ts';
import type { Scenario, ScenarioClient } from './scenario.ts';

/**
 * Returns the clients of a seed, in a share of seeds some without an API key, and how the token host says
 * that mutual TLS refused a client (F17).
 */
export function keylessClients(
  seed: number,
  clients: readonly ScenarioClient[],
): Pick<Scenario, 'clients' | 'refusesAs'> {
  const chance = chanceAt(seed, 'keyless clients');
  if (!chance.happens(0.35)) return { clients };
  return {
    clients: clients.map((client) => (chance.happens(0.6) ? { ...client, keyless: true } : client)),
    refusesAs: chance.pick(['oauth', 'api'] as const),
  };
}

/** The ids by which a keyless client exchanges its leaf. */
export const idsOf = (client: string) => ({
  identityProviderId: PROVIDER,
  serviceAccountId: `svc_${client}`,
});

/** The provider of every scenario, and what it derives from a leaf. */
export const PROVIDER = 'idp_storm';
export const IDENTITY = 'subject.common_name';
