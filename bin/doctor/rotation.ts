import { planningFactsOf } from '../../lambdas/adapters/facts/planning-facts.ts';
import type { Certificates } from '../../lambdas/adapters/openai/certificates.ts';
import { ownLeaf } from '../../lambdas/adapters/openai/own-way-in.ts';
import { readInventory } from '../../lambdas/adapters/openai/read-inventory.ts';
import { readClients } from '../../lambdas/adapters/secrets/read-clients.ts';
import type { Secrets } from '../../lambdas/adapters/secrets/secrets.ts';
import { keysOf } from '../../lambdas/adapters/x509/keys.ts';
import type { Inventory } from '../../lambdas/domain/anchor.ts';
import type { Client } from '../../lambdas/domain/client.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import { seenOf } from '../../lambdas/domain/memory/seen.ts';
import type { Blocked } from '../../lambdas/domain/plan-document/blocked.ts';
import { checkNames } from '../../lambdas/domain/planning/names.ts';
import { plan } from '../../lambdas/domain/planning/plan.ts';
import type { Organization } from '../../lib/config.ts';
import { type Recollection, recollect } from '../journal/recollection.ts';
import { attempted, type Finding, failed, ok } from './finding.ts';
import type { KnownAnchor } from './secrets/leaf.ts';

type Asked = {
  api: Certificates;
  name: string;
  organization: Organization;
  region: string | undefined;
  secrets: Secrets;
  certificates: readonly KnownAnchor[];
  inventory: Inventory;
  table: string | undefined;
  now: number;
};

const about = { check: 'rotation' as const, subject: 'the next run' };

/** Lists every scope. The inventory is null, with the reason, when a listing failed. */
export async function examineListings(
  { policy }: Organization,
  api: Certificates,
): Promise<{ inventory: Inventory | null; findings: Finding[] }> {
  let inventory: Inventory | null = null;
  const findings = await attempted(about, 'Mend the admin key first.', async () => {
    inventory = await readInventory(api, { concurrency: policy.concurrency });
    return [];
  });
  return { inventory, findings };
}

/**
 * Plans a run that starts now, with the leaves that the secrets hold. Reports what would block it (rule 3).
 */
export const examineRotation = (asked: Asked): Promise<Finding[]> =>
  attempted(about, 'Look at what it names, and try again.', async () => {
    const { table, name, region } = asked;
    const recollection = await recollect({ organization: name, table, region });
    const { summary, blocked } = plan(await factsOf(asked, recollection));
    const without = 'unknown' in recollection ? '; planned without what a table remembers' : '';
    return blocked.length > 0 ? blocked.map(blockedFinding) : [ok(about, `${summary}${without}`)];
  });

function blockedFinding({ anchor, scopes = [], client, reason }: Blocked): Finding {
  const where = [...(scopes.length > 0 ? [firstFew(scopes, 3).join(', ')] : []), ...(client ? [client] : [])];
  const subject = [anchor, ...where].join(' · ');
  return failed(
    { ...about, subject },
    `blocked: ${reason}`,
    'Do what it asks for; until then the cut waits.',
  );
}

async function factsOf(
  { organization, api, secrets, certificates, inventory, now }: Asked,
  recollection: Recollection,
): Promise<Parameters<typeof plan>[0]> {
  const { policy, clients, mustRefuse, mtlsHosts: hosts } = organization;
  const known = 'unknown' in recollection ? null : recollection;
  const ports = { secrets, clock: () => now };
  // A client whose secret does not answer concerns that client only. It is reported beside the others.
  const leavesOf = (asked: readonly Client[], keyed = false) =>
    readClients(ports, asked, certificates, {
      ...{ concurrency: 10, urgent: true, keyed },
      unprobed: policy.evidence === 'listing',
    });
  const basis = { inventory, policy, request: { mode: 'manual' as const }, now };
  return planningFactsOf({
    ...{
      ...basis,
      hosts,
      keys: keysOf(certificates),
      unreadable: [],
      unanswered: new Set<string>(),
      remembered: known,
    },
    ...{ clients: await leavesOf(clients), witnesses: await leavesOf(mustRefuse, true) },
    admin: await ownLeaf(api, certificates, now),
    names: checkNames({ ...basis, clients }, seenOf(known?.seen ?? [], 'anchor')),
  });
}
