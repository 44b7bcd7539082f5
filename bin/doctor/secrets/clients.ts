import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import pMap from 'p-map';
import type { ClientCredential } from '../../../lambdas/adapters/secrets/client-credential.ts';
import { secretsManagerClient } from '../../../lambdas/adapters/secrets/secret-value.ts';
import { type Secrets, secretsManager } from '../../../lambdas/adapters/secrets/secrets.ts';
import type { Stage } from '../../../lambdas/adapters/secrets/version-stages.ts';
import { inspectLeaf } from '../../../lambdas/adapters/x509/leaf.ts';
import { activeIds, type Inventory } from '../../../lambdas/domain/anchor.ts';
import type { Client } from '../../../lambdas/domain/client.ts';
import type { Organization } from '../../../lib/config.ts';
import { settingsIn } from '../../account/region.ts';
import { attempted, type Finding, failed, ok } from '../finding.ts';
import { readOnce } from '../read-once.ts';
import { describedFindings } from './described.ts';
import { type KnownAnchor, leafFindings } from './leaf.ts';

/** A client whose current credential could be read. */
export type Runner = { client: Client; credential: ClientCredential };

/** What a leaf is checked against. A field is null when it could not be read. */
type Against = { certificates: readonly KnownAnchor[] | null; inventory: Inventory | null; now: number };

/** The secrets as the functions read them, and the AWS client with which their tags and regions are read. */
export type Vault = { secrets: Secrets; connect: () => Promise<SecretsManager> };

/** Opens the secrets of an organization, in its region when that is known. Each version is read once. */
export function openVault({ stagedLabel }: Organization, region: string | undefined): Vault {
  const connect = secretsManagerClient(settingsIn(region));
  return { connect, secrets: readOnce(secretsManager(connect, stagedLabel)) };
}

/**
 * Checks every client's secret at its current and its staged version. Whether a staged version is needed is
 * the next run's plan to tell.
 */
export async function examineClients(
  organization: Organization,
  { secrets, connect }: Vault,
  { certificates: anchors, inventory, now }: Against,
): Promise<{ runners: Runner[]; findings: Finding[] }> {
  const { clients, stagedLabel, policy } = organization;
  const runners: Runner[] = [];
  const at = (client: Client, stage: Stage): Promise<Finding[]> => {
    const label = stage === 'AWSPENDING' ? stagedLabel : stage;
    const about = { check: 'client secret' as const, subject: `${client.name} ${label}` };
    return attempted(about, remedyFor(client), async () => {
      const credential = await secrets.read(client.secret, stage);
      if (credential && stage === 'AWSCURRENT') runners.push({ client, credential });
      if (credential) {
        const locked =
          stage === 'AWSCURRENT' &&
          lockedOut(about, client, credential, { certificates: anchors, inventory, now });
        const unprobed = stage === 'AWSPENDING' && policy.evidence === 'listing';
        return locked
          ? [locked]
          : leafFindings(about, credential, anchors, { secret: client.secret, now, unprobed });
      }
      if (stage === 'AWSPENDING') return [ok(about, 'nothing is staged')];
      const put = `Put ${FORM} into ${client.secret}.`;
      return [failed(about, `secret ${client.secret} has no version at ${label}`, put)];
    });
  };
  const findings = await pMap(
    clients,
    async (one) => [
      ...(await at(one, 'AWSCURRENT')),
      ...(await at(one, 'AWSPENDING')),
      ...(await describedFindings(one, organization, connect)),
    ],
    { concurrency: 10 },
  );
  return { runners, findings: findings.flat() };
}

const FORM =
  '{"apiKey", "certificateChain", "privateKey"}, or for a keyless client {"identityProviderId", "serviceAccountId", "certificateChain", "privateKey"}';

const remedyFor = ({ secret }: Client): string =>
  `Look at ${secret}: it has to be there, to be JSON ${FORM}, and to be readable for you.`;

/**
 * The finding for a leaf that its host refuses now: the anchors that it leads to are uploaded, but none is
 * active where its client enters (F7).
 */
function lockedOut(
  about: Pick<Finding, 'check' | 'subject'>,
  { project }: Client,
  credential: ClientCredential,
  { certificates, inventory, now }: Against,
): Finding | null {
  if (!certificates || !inventory) return null;
  const { problems, chainsTo } = inspectLeaf(credential, certificates, now);
  const own = inventory.projects.find(({ projectId }) => projectId === project);
  const active = new Set([...activeIds(inventory.organization), ...activeIds(own?.anchors ?? [])]);
  if (
    problems.length > 0 ||
    chainsTo.length === 0 ||
    active.size === 0 ||
    chainsTo.some((id) => active.has(id))
  )
    return null;
  const seen = `its leaf leads to ${chainsTo.join(', ')}, active neither in ${project} nor in the organization`;
  return failed(about, seen, 'Activate that anchor there, or put a leaf of an active one into the secret.');
}
