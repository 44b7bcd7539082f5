import { planningFactsOf } from '../../lambdas/adapters/facts/planning-facts.ts';
import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { type Certificates, openaiCertificates } from '../../lambdas/adapters/openai/certificates.ts';
import { ownLeaf } from '../../lambdas/adapters/openai/own-way-in.ts';
import { readCertificates } from '../../lambdas/adapters/openai/read-certificates.ts';
import { readInventory, readWhatIsListed, withFlaws } from '../../lambdas/adapters/openai/read-inventory.ts';
import { keysOf } from '../../lambdas/adapters/x509/keys.ts';
import type { Inventory } from '../../lambdas/domain/anchor.ts';
import type { Client } from '../../lambdas/domain/client.ts';
import type { ClientFacts } from '../../lambdas/domain/leaf/client-facts.ts';
import { seenOf } from '../../lambdas/domain/memory/seen.ts';
import { rememberedCompromise } from '../../lambdas/domain/planning/compromise.ts';
import { indexAnchors } from '../../lambdas/domain/planning/facts.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { type Ca, demandNeverUploaded } from '../execution/ca-keys.ts';
import { namesInOptions } from '../execution/checked-names.ts';
import type { Recollection } from '../journal/recollection.ts';
import { withBaseUrlHint } from '../organization/admin.ts';
import { openAsking } from '../organization/asking.ts';
import { type Called, counted } from './counted.ts';
import type { ReadLeaves } from './leaves.ts';
import { demandOwnOrganization } from './whose-key.ts';

export type Asked = {
  baseURL: string;
  credential: AdminCredential;
  policy: Policy;
  clients: readonly Client[];
  mustRefuse: readonly Client[];
  /** The hosts for clients that state none, when an organization is named. */
  hosts: readonly string[] | undefined;
  recollection: Recollection;
  request: Exclude<Request, { mode: 'manual' }>;
  /** Reads leaves, when an emergency is previewed. Otherwise the reason why they are not read. */
  leaves: ReadLeaves | { unknown: string };
  /** The CAs whose keys an emergency names, with the files that they are in. */
  cas?: readonly Ca[];
  /** Seconds in which listings may begin; without a limit when absent. */
  within?: number;
  /** Unix seconds. */
  now: number;
};

type Facts = ReturnType<typeof planningFactsOf>;

/**
 * The facts for a plan, as far as they can be read from here, and what the reading took. `leaves` says why no
 * client's leaf was read.
 */
export type Read = { facts: Facts; leaves: 'read' | { unknown: string }; called: Called };

/**
 * Lists an organization and reads what its plan needs: for an emergency all leaves, for a scheduled run none.
 * Changes nothing.
 */
export async function readForPlan(asked: Asked): Promise<Read> {
  const asking = openAsking(asked.baseURL);
  return readWith(asked, asking).finally(asking.close);
}

async function readWith(asked: Asked, asking: ReturnType<typeof openAsking>): Promise<Read> {
  const { baseURL, credential, policy, clients, recollection, request, now } = asked;
  const patience = asked.within === undefined ? {} : { patienceMs: 1_000 * asked.within };
  const api = openaiCertificates({
    ...{ baseURL, credential: async () => credential, onWait: asking.onWait },
    ...patience,
  });
  const { certificates, called } = counted(api);
  const inventory = await listed(asked, certificates, asking);
  const basis = { inventory, policy, request, now };
  const remembered = 'unknown' in recollection ? null : recollection;
  const configured = [...clients, ...asked.mustRefuse];
  demandOwnOrganization(remembered?.seen ?? [], inventory, {
    ...{ clients: configured, mode: request.mode, credential },
  });
  const names = namesInOptions({ ...basis, clients }, seenOf(remembered?.seen ?? [], 'anchor'));
  // A compromised key decides whatever the anchor's name is (I15). When nothing is compromised, no key has to
  // be read.
  const isKeyNeeded = request.mode === 'emergency' || Boolean(remembered?.compromised.length);
  const { anchors, ...without } = isKeyNeeded ? await readKeys(certificates, inventory) : NO_KEYS;
  const keys = anchors && keysOf(anchors);
  const compromised = rememberedCompromise(remembered?.compromised ?? []);
  demandNeverUploaded(asked.cas ?? [], { ...basis, compromised, ...(keys && { keys }) });
  const read = await leavesOf(asked, anchors ?? []);
  const held = 'unknown' in read ? { clients: [], witnesses: [] } : read;
  const facts = planningFactsOf({
    ...{ ...basis, hosts: asked.hosts, ...held, ...without, remembered, names },
    keys,
    admin: anchors && (await ownLeaf(certificates, anchors, now)),
  });
  return { facts, leaves: 'unknown' in read ? read : 'read', called: called() };
}

const NO_KEYS = { anchors: null, unreadable: [], unanswered: new Set<string>() };

/**
 * Lists every scope. In an emergency a project that cannot be listed, or whose turn has not come, is left to
 * the planner, which reports it (I17).
 */
async function listed(
  { baseURL, request, within }: Asked,
  certificates: Certificates,
  { onScope }: ReturnType<typeof openAsking>,
): Promise<Inventory> {
  const until = within === undefined ? Number.POSITIVE_INFINITY : Date.now() + 1_000 * within;
  try {
    if (request.mode !== 'emergency') return await readInventory(certificates, { concurrency: 10, onScope });
    const survey = { concurrency: AT_ONCE, onScope, isOver: () => Date.now() >= until };
    const { inventory, disputed } = await readWhatIsListed(certificates, survey);
    return withFlaws(inventory, disputed);
  } catch (error) {
    throw withBaseUrlHint(error, baseURL);
  }
}

/** How many listings run at the same time, as in the emergency itself. */
const AT_ONCE = 100;

/**
 * Reads the anchors' keys. A key that cannot be read is a warning: the planner relies on no anchor without
 * its key (I9).
 */
async function readKeys(certificates: Certificates, inventory: Inventory) {
  const unanswered = new Set<string>();
  const read = await readCertificates(certificates, indexAnchors(inventory).anchors.keys(), (id, error) => {
    if (error.name === 'ApiUnavailable') unanswered.add(id);
    return true;
  });
  return { ...read, unanswered };
}

async function leavesOf(
  { clients, mustRefuse, leaves, now }: Asked,
  anchors: readonly { anchorId: string; pem: string }[],
): Promise<{ clients: ClientFacts[]; witnesses: ClientFacts[] } | { unknown: string }> {
  if ('unknown' in leaves) return leaves;
  const read = await leaves([...clients, ...mustRefuse], anchors, now);
  if ('unknown' in read) return read;
  return { clients: read.slice(0, clients.length), witnesses: read.slice(clients.length) };
}
