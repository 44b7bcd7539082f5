import { planningFactsOf } from '../../lambdas/adapters/facts/planning-facts.ts';
import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { type Certificates, openaiCertificates } from '../../lambdas/adapters/openai/certificates.ts';
import { readCertificates } from '../../lambdas/adapters/openai/read-certificates.ts';
import { readInventory } from '../../lambdas/adapters/openai/read-inventory.ts';
import { keysOf } from '../../lambdas/adapters/x509/keys.ts';
import type { Inventory } from '../../lambdas/domain/anchor.ts';
import type { Client } from '../../lambdas/domain/client.ts';
import { instant, secondsOf } from '../../lambdas/domain/instant.ts';
import type { CompromisedMemory, Memory } from '../../lambdas/domain/memory/journal.ts';
import { type Seen, seenOf } from '../../lambdas/domain/memory/seen.ts';
import { soakEnd } from '../../lambdas/domain/memory/soak.ts';
import type { Plan } from '../../lambdas/domain/plan-document.ts';
import { indexAnchors } from '../../lambdas/domain/planning/facts.ts';
import { checkNames } from '../../lambdas/domain/planning/names.ts';
import { plan } from '../../lambdas/domain/planning/plan.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';
import { unseenFilters } from '../../lambdas/domain/witnesses/concern.ts';
import { policyWarnings } from '../../lib/checks/warnings.ts';
import { withBaseUrlHint } from './admin.ts';
import { openAsking } from './asking.ts';
import { type CalendarEntry, expiryCalendar } from './expiry-calendar.ts';

/** What the table remembers, with its name; or why it is not known. */
type Recollection =
  | { table: string; memory: Memory; compromised: readonly CompromisedMemory[]; seen: readonly Seen[] }
  | { unknown: string };

/** What `windlass plan --json` prints: the plan of a run that starts now, and when what comes due. */
export type PlanPreview = Omit<Plan, 'promotions'> & {
  baseURL: string;
  organization: { projects: number; anchors: number };
  /** Client secrets are not read here: a run may still block a succession whose clients are not ready. */
  clientsChecked: false;
  /** When the soak would end if the last scope were proven now; null when nothing would be rotated. */
  soakUntil: string | null;
  /** Where the policy came from. */
  policyOf: string;
  /** Whether the plan is made with what the stack's table remembers. */
  remembered: { table: string } | { unknown: string };
  /** Every anchor of the organization, those that expire first at the top. */
  anchors: CalendarEntry[];
};

type Asked = {
  baseURL: string;
  credential: AdminCredential;
  policy: Policy;
  policyOf: string;
  clients: readonly Client[];
  recollection: Recollection;
  now: number;
};

/** Reads the whole organization, ten scopes at a time, and plans a run at `now` (Unix seconds). Changes nothing. */
export async function foresee(asked: Asked): Promise<PlanPreview> {
  const { baseURL, policy, policyOf, recollection, now } = asked;
  const facts = await factsOf(asked);
  // No client is known here, so no proof can be demanded of one: planned as by listing, reported as configured.
  const byListing = { ...facts, policy: { ...policy, evidence: 'listing' as const } };
  const { promotions: _, warnings: said = [], ...planned } = plan(byListing);
  // Filters are unseen here as well, and the run itself will see them.
  const untrue = policy.evidence === 'probe' ? unseenFilters(byListing) : [];
  const told = said.filter((one) => !untrue.includes(one));
  const warnings = [...policyWarnings(policy), ...told];
  return {
    baseURL,
    organization: sizeOf(facts.inventory),
    ...planned,
    ...(warnings.length > 0 && { warnings }),
    evidence: policy.evidence,
    clientsChecked: false,
    policyOf,
    remembered: 'table' in recollection ? { table: recollection.table } : recollection,
    soakUntil:
      planned.decision === 'rotate' ? instant(soakEnd({ provenAt: now, ...timesOf(planned) })) : null,
    anchors: expiryCalendar(facts),
  };
}

/** What a run of the stack would plan with, as far as it can be read from here. */
async function factsOf(asked: Asked) {
  const asking = openAsking(asked.baseURL);
  return factsWith(asked, asking).finally(asking.close);
}

async function factsWith(
  { baseURL, credential, policy, clients, recollection, now }: Asked,
  asking: ReturnType<typeof openAsking>,
) {
  const { onWait } = asking;
  const certificates = openaiCertificates({ baseURL, credential: async () => credential, onWait });
  const inventory = await readWithProgress(baseURL, certificates, asking);
  const basis = { inventory, policy, request: { mode: 'scheduled' as const }, now };
  const remembered = 'unknown' in recollection ? null : recollection;
  // A key decides whatever the name (I15); where nothing is compromised none has to be read.
  const read = remembered?.compromised.length ? await readKeys(certificates, inventory) : NO_KEYS;
  return planningFactsOf({
    ...{ ...basis, ...read, remembered },
    ...{ clients: [], witnesses: [] },
    names: checkNames({ ...basis, clients }, seenOf(remembered?.seen ?? [], 'anchor')),
  });
}

const NO_KEYS = { keys: null, unreadable: [] };

/** One that cannot be read is a warning: the planner relies on no anchor without its key (I9). */
async function readKeys(certificates: Certificates, inventory: Inventory) {
  const ids = indexAnchors(inventory).anchors.keys();
  const { anchors, unreadable } = await readCertificates(certificates, ids, () => true);
  return { keys: keysOf(anchors), unreadable };
}

async function readWithProgress(
  baseURL: string,
  certificates: Certificates,
  { onScope }: ReturnType<typeof openAsking>,
): Promise<Inventory> {
  try {
    return await readInventory(certificates, { concurrency: 10, onScope });
  } catch (error) {
    throw withBaseUrlHint(error, baseURL);
  }
}

const sizeOf = (inventory: Inventory) => ({
  projects: inventory.projects.length,
  anchors: indexAnchors(inventory).anchors.size,
});

const timesOf = ({ soakSeconds, safetyMarginSeconds, successions }: Omit<Plan, 'promotions'>) => ({
  soakSeconds,
  safetyMarginSeconds,
  retiringExpiries: successions.map(({ retiringExpiresAt }) => secondsOf(retiringExpiresAt)),
});
