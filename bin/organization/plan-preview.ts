import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { openaiCertificates } from '../../lambdas/adapters/openai/certificates.ts';
import { readInventory } from '../../lambdas/adapters/openai/read-inventory.ts';
import type { Inventory } from '../../lambdas/domain/anchor.ts';
import type { Plan } from '../../lambdas/domain/document.ts';
import { instant, secondsOf } from '../../lambdas/domain/instant.ts';
import { soakEnd } from '../../lambdas/domain/memory/soak.ts';
import { dueAt, indexAnchors } from '../../lambdas/domain/planning/facts.ts';
import { checkNames } from '../../lambdas/domain/planning/names.ts';
import { plan } from '../../lambdas/domain/planning/plan.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';
import { policyWarnings } from '../../lib/checks/warnings.ts';
import { openScreen } from '../terminal/screen.ts';
import { withBaseUrlHint } from './admin.ts';

/** An anchor of the plan, or one that comes due later. Times are ISO 8601. */
export type ForeseenAnchor = {
  anchor: string;
  name: string | null;
  expiresAt: string;
  dueAt: string;
  scopes: number;
  held: boolean;
};

/** What `windlass plan --json` prints: the plan of a run that starts now, and when what comes due. */
export type PlanPreview = Omit<Plan, 'promotions'> & {
  baseURL: string;
  organization: { projects: number; anchors: number };
  /** Client secrets are not read here: a run may still block a succession whose clients are not ready. */
  clientsChecked: false;
  /** When the soak would end if the last scope were proven now; null when nothing would be rotated. */
  soakUntil: string | null;
  /** Every active anchor and every successor, the next to come due first. */
  anchors: ForeseenAnchor[];
};

/** Reads the whole organization, ten scopes at a time, and plans a run at `now` (Unix seconds). Changes nothing. */
export async function foresee(asked: {
  baseURL: string;
  credential: AdminCredential;
  policy: Policy;
  now: number;
}): Promise<PlanPreview> {
  const { baseURL, credential, policy, now } = asked;
  const inventory = await readWithProgress(baseURL, credential);
  const facts = { inventory, policy, request: { mode: 'scheduled' as const }, now, clients: [] };
  const names = checkNames(facts);
  // No client is known here, so no proof can be demanded of one: planned as by listing, reported as configured.
  const { promotions: _, ...planned } = plan({
    ...facts,
    ...names,
    policy: { ...policy, evidence: 'listing' },
  });
  const warnings = [...policyWarnings(policy), ...(planned.warnings ?? [])];
  return {
    baseURL,
    organization: sizeOf(inventory),
    ...planned,
    ...(warnings.length > 0 && { warnings }),
    evidence: policy.evidence,
    clientsChecked: false,
    soakUntil:
      planned.decision === 'rotate' ? instant(soakEnd({ provenAt: now, ...timesOf(planned) })) : null,
    anchors: foreseenAnchors(inventory, planned, policy),
  };
}

async function readWithProgress(baseURL: string, credential: AdminCredential): Promise<Inventory> {
  const screen = openScreen(process.stderr);
  screen.status([`asking ${baseURL}`]);
  try {
    const certificates = openaiCertificates({ baseURL, credential: async () => credential });
    return await readInventory(certificates, 10, (read, of) => screen.status([`read ${read}/${of} scopes`]));
  } catch (error) {
    throw withBaseUrlHint(error, baseURL);
  } finally {
    screen.close();
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

function foreseenAnchors(
  inventory: Inventory,
  { successions }: Omit<Plan, 'promotions'>,
  policy: Policy,
): ForeseenAnchor[] {
  const { anchors, activeIn } = indexAnchors(inventory);
  const tended = new Set([...activeIn.keys(), ...successions.map(({ successor }) => successor)]);
  return [...anchors.values()]
    .filter(({ anchorId, flaw }) => tended.has(anchorId) && !flaw)
    .sort((a, b) => a.expiresAt - b.expiresAt)
    .map((anchor) => ({
      anchor: anchor.anchorId,
      name: anchor.name,
      expiresAt: instant(anchor.expiresAt),
      dueAt: instant(dueAt(anchor, policy)),
      scopes: activeIn.get(anchor.anchorId)?.length ?? 0,
      held: policy.hold.includes(anchor.anchorId),
    }));
}
