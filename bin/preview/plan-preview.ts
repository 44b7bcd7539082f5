import type { Inventory } from '../../lambdas/domain/anchor.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import { listedFirst } from '../../lambdas/domain/own-listing/to-be-listed.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import { indexAnchors } from '../../lambdas/domain/planning/facts.ts';
import { plan } from '../../lambdas/domain/planning/plan.ts';
import { unseenFilters } from '../../lambdas/domain/witnesses/unseen.ts';
import { policyWarnings } from '../../lib/checks/warnings.ts';
import { type EmergencyPreview, emergencyPreview } from './emergency-preview.ts';
import { type CalendarEntry, expiryCalendar } from './expiry-calendar.ts';
import { soakForeseen } from './soak-foreseen.ts';
import { type Asked, type Read, readForPlan } from './what-was-read.ts';

/** What `windlass plan --json` prints: the plan of a run that starts now, and when each anchor comes due. */
export type PlanPreview = Omit<Plan, 'promotions' | 'leftOut'> & {
  baseURL: string;
  organization: { projects: number; anchors: number };
  /**
   * Whether client secrets were read, which only an emergency's preview does. Any other run may still block a
   * succession whose clients are not ready.
   */
  clientsChecked: boolean;
  /** What an emergency would do, and what that takes. Absent from any other plan. */
  emergency?: EmergencyPreview;
  /**
   * When the soak would end if the last scope were proven now, or when the soak ends that already goes on.
   * Null when nothing would be rotated.
   */
  soakUntil: string | null;
  /** Where the policy came from. */
  policyOf: string;
  /** Whether the plan was made with what the stack's table remembers. */
  remembered: { table: string } | { unknown: string };
  /** Every anchor of the organization, the first to expire at the top. */
  anchors: CalendarEntry[];
};

/**
 * Reads the whole organization and plans a run at `now` (Unix seconds). Changes nothing. Throws what the
 * API's adapter throws, and `UnknownAnchor`, `UnknownProject` or `InvalidRequest` when an emergency names
 * something that does not exist.
 */
export async function foresee(asked: Asked & { policyOf: string }): Promise<PlanPreview> {
  const { baseURL, policy, policyOf, recollection, request } = asked;
  const read = await readForPlan(asked);
  const { facts } = read;
  const whole = planOf(read);
  const { promotions, leftOut: _, warnings: said = [], ...planned } = whole;
  const warnings = [...policyWarnings(policy), ...said];
  return {
    baseURL,
    organization: sizeOf(facts.inventory),
    ...planned,
    ...(warnings.length > 0 && { warnings }),
    evidence: policy.evidence,
    clientsChecked: read.leaves === 'read',
    ...(request.mode === 'emergency' && {
      emergency: emergencyPreview({ ...planned, promotions }, request, {
        ...read,
        listedFirst: listedFirst(facts),
        cas: asked.cas,
      }),
    }),
    policyOf,
    remembered: 'table' in recollection ? { table: recollection.table } : recollection,
    soakUntil: whole.decision === 'rotate' ? instant(soakForeseen(whole, facts)) : null,
    anchors: expiryCalendar(facts),
  };
}

/**
 * The plan. When no client's leaf was read, no proof by a client can be demanded. So it is planned with
 * evidence `listing`, and reported with the configured evidence.
 */
function planOf({ facts, leaves }: Read): Plan {
  if (leaves === 'read') return plan(facts);
  const { policy } = facts;
  const byListing = { ...facts, policy: { ...policy, evidence: 'listing' as const } };
  const planned = plan(byListing);
  // The warning about unseen filters is only due to planning by listing; the run itself probes and sees
  // filters.
  const untrue = policy.evidence === 'probe' ? unseenFilters(byListing) : [];
  return { ...planned, warnings: (planned.warnings ?? []).filter((one) => !untrue.includes(one)) };
}

const sizeOf = (inventory: Inventory) => ({
  projects: inventory.projects.length,
  anchors: indexAnchors(inventory).anchors.size,
});
