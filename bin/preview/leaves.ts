import { readClients } from '../../lambdas/adapters/secrets/read-clients.ts';
import { secretsManagerClient } from '../../lambdas/adapters/secrets/secret-value.ts';
import { type Secrets, secretsManager } from '../../lambdas/adapters/secrets/secrets.ts';
import type { Client } from '../../lambdas/domain/client.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { ClientFacts } from '../../lambdas/domain/leaf/client-facts.ts';
import type { Organization } from '../../lib/config.ts';
import { isOfTheAsker } from '../account/asker.ts';
import { whyNoCredentials } from '../account/credentials.ts';
import { settingsIn, wrongRegion } from '../account/region.ts';

/**
 * Reads the leaves of these clients and checks them against the anchors. Returns the reason when they may
 * not, or cannot, be read from here. `now` in Unix seconds.
 */
export type ReadLeaves = (
  clients: readonly Client[],
  anchors: readonly { anchorId: string; pem: string }[],
  now: number,
) => Promise<ClientFacts[] | { unknown: string }>;

/**
 * The stack's region, when that is known. When it is not, `isHere` says whether the usual AWS settings are
 * known to point to it.
 */
export type Place = { region: string | undefined; isHere: boolean };

/**
 * The leaves in an organization's secrets, as the functions read them. When one may not be read from here,
 * nothing is said of any: the functions' role may read it, so `blocked` would be wrong. The same holds when a
 * secret is missing in a region that may not be the stack's (I9).
 */
export const leavesIn =
  ({ stagedLabel, policy }: Pick<Organization, 'stagedLabel' | 'policy'>, place: Place): ReadLeaves =>
  async (clients, anchors, now) => {
    const refusals: WindlassError[] = [];
    const connect = secretsManagerClient(settingsIn(place.region));
    const secrets = noting(secretsManager(connect, stagedLabel), refusals, place);
    const read = { concurrency: 20, urgent: true, unprobed: policy.evidence === 'listing' };
    const leaves = await readClients({ secrets, clock: () => now }, clients, anchors, read);
    const [refusal] = refusals;
    return refusal ? { unknown: await inWords(refusal) } : leaves;
  };

/** Secrets that also collect the refusals that are due to the person who asks. */
const noting = (secrets: Secrets, refusals: WindlassError[], place: Place): Secrets => ({
  ...secrets,
  read: (secret, stage) =>
    secrets.read(secret, stage).catch((error) => {
      if (!(error instanceof WindlassError)) throw error;
      const isElsewhere = error.name === 'SecretMissing' && place.region === undefined && !place.isHere;
      if (isElsewhere) refusals.push(notHere(error));
      if (isOfTheAsker(error) || error.name === 'SecretUnavailable') refusals.push(error);
      throw error;
    }),
});

const notHere = ({ name, message }: WindlassError): WindlassError =>
  new WindlassError(name, `${message}; nor is the stack's table here: set AWS_REGION to where they are`);

async function inWords({ message }: WindlassError): Promise<string> {
  if (/CredentialsProviderError/.test(message)) return whyNoCredentials();
  return wrongRegion(message) ?? message;
}
