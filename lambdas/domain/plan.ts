import type { ClientFacts } from './client.ts';
import type { Blocked, ClientCheck, Plan, ScopePlan, Wave } from './document.ts';
import { WindlassError } from './errors.ts';
import { durationSeconds, type Policy } from './policy.ts';
import { checksFor, divideByProof, divideByReadiness, trustAfterCut } from './readiness.ts';
import { chooseSuccessions, type Memory, merged, nothingRemembered, unconfirmedCuts } from './resume.ts';
import {
  indexAnchors,
  isCompromised,
  type PlanningFacts,
  pairSuccessions,
  type Succession,
} from './succession.ts';
import { nextRotation } from './timing.ts';
import { wavesOf, withinLimits } from './waves.ts';

/**
 * Decides a whole rotation (DESIGN section 4): what retires in favour of what, where and in which order, what proves
 * it, what is blocked and why. Changes nothing. Throws `NoProbeClient` where policy wants a proof nobody can give.
 */
export function plan(facts: PlanningFacts & { clients: readonly ClientFacts[]; memory?: Memory }): Plan {
  const { inventory, policy, request, now, clients, memory = nothingRemembered } = facts;
  const pairing = pairSuccessions(facts);
  const readiness = divideByReadiness(pairing.pairs, clients);
  // An emergency does exactly what it was asked to do: what others left unconfirmed must not hold it up.
  const unconfirmed = request.mode === 'emergency' ? [] : unconfirmedCuts(memory.cuts, facts).resumed;
  const { provable: cuts, unprovable } =
    policy.evidence === 'probe'
      ? divideByProof(unconfirmed, clients)
      : { provable: unconfirmed, unprovable: [] };
  const { chosen, waiting } = chooseSuccessions(readiness.ready, cuts, memory, facts);
  const rotating = merged([...cuts, ...chosen]);
  const blocked = [...pairing.blocked, ...readiness.blocked, ...unprovable];

  const scopePlans = planScopes(rotating, facts);
  if (policy.evidence === 'probe') demandProbes(scopePlans);
  const { waves, deferredScopes } = withinLimits(wavesOf(scopePlans, policy));

  const { anchors, activeIn } = indexAnchors(inventory);
  const soon = deferredScopes > 0 || waiting.length > 0;
  const next = nextRotation({ now, policy, active: activeIn, anchors, rotating, blocked, soon });
  const decision: Plan['decision'] = rotating.length > 0 ? 'rotate' : blocked.length > 0 ? 'blocked' : 'idle';
  return {
    decision,
    mode: request.mode,
    plannedAt: instant(now),
    evidence: policy.evidence,
    soakSeconds: chosen.every((one) => isCompromised(one.retiring.anchorId, facts))
      ? 0
      : (durationSeconds(policy.soak) ?? 0),
    safetyMarginSeconds: durationSeconds(policy.safetyMargin) ?? 0,
    successions: rotating.map(({ authority, retiring, successor }) => ({
      authority,
      retiring: retiring.anchorId,
      successor: successor.anchorId,
      retiringExpiresAt: instant(retiring.expiresAt),
      ...(!chosen.some((one) => isSamePair(one, { retiring, successor })) && { resumed: true }),
    })),
    blocked,
    anyBlocked: blocked.length > 0,
    waves,
    promotions: promotionsOf(waves, clients),
    deferredScopes,
    nextRotationAt: next === null ? null : instant(next),
    summary: summarize(decision, rotating, blocked, waves),
  };
}

/** The plan of a sweep that found a live rotation: nothing at all (I12). */
export const busyPlan = (policy: Policy, now: number, summary: string): Plan => ({
  decision: 'busy',
  mode: 'scheduled',
  plannedAt: instant(now),
  evidence: policy.evidence,
  soakSeconds: 0,
  safetyMarginSeconds: 0,
  successions: [],
  blocked: [],
  anyBlocked: false,
  waves: [],
  promotions: [],
  deferredScopes: 0,
  nextRotationAt: null,
  summary,
});

/** Adds each successor's key identifier to its checks: Verify has no other way to know a leaf renewed later. */
export function withKeyIds(decided: Plan, keyIds: ReadonlyMap<string, string | null>): Plan {
  const known = (check: ClientCheck): ClientCheck => {
    const successorKeyId = keyIds.get(check.successor);
    return successorKeyId ? { ...check, successorKeyId } : check;
  };
  const waves = decided.waves.map((wave) => ({
    ...wave,
    scopes: wave.scopes.map((scope) => ({ ...scope, checks: scope.checks.map(known) })),
  }));
  return { ...decided, waves };
}

function planScopes(
  rotating: readonly Succession[],
  facts: PlanningFacts & { clients: readonly ClientFacts[] },
) {
  const byScope = new Map<string, Succession[]>();
  for (const succession of rotating)
    for (const scope of succession.scopes) byScope.set(scope, [...(byScope.get(scope) ?? []), succession]);
  const trusted = trustAfterCut(facts.inventory, rotating);
  return [...byScope].map(([scope, successions]): ScopePlan => {
    const checks = successions.flatMap((one) => checksFor(one, scope, facts.clients, trusted));
    return {
      scope,
      successions: successions.map(({ retiring, successor }) => ({
        retiring: retiring.anchorId,
        successor: successor.anchorId,
        ...(isCompromised(retiring.anchorId, facts) && { compromised: true }),
      })),
      checks: oneByClient(checks),
    };
  });
}

/**
 * One check by each client for each successor, though several anchors may retire in its favour: the one that knows the
 * client's retiring leaf, so that revocation is proven for each of them.
 */
function oneByClient(checks: readonly ClientCheck[]): ClientCheck[] {
  const kept = new Map<string, ClientCheck>();
  for (const check of checks) {
    const key = `${check.client} ${check.successor}`;
    if (!kept.get(key)?.retiringLeaf) kept.set(key, check);
  }
  return [...kept.values()];
}

function demandProbes(scopePlans: readonly ScopePlan[]): void {
  const unproven = scopePlans.flatMap(({ scope, successions, checks }) => {
    const missing = new Set(successions.map(({ successor }) => successor));
    for (const { successor } of checks) missing.delete(successor);
    return [...missing].map((successor) => `${scope} (successor ${successor})`);
  });
  if (unproven.length === 0) return;
  throw new WindlassError(
    'NoProbeClient',
    `no configured client can prove the successor in ${unproven.join(', ')}: configure a client of that scope with a leaf of the successor staged as AWSPENDING, or set policy.evidence to "listing" to rotate without a proof on the wire`,
  );
}

/** Clients whose proving leaf is the staged one: that is the leaf to make current. */
function promotionsOf(waves: readonly Wave[], clients: readonly ClientFacts[]): Plan['promotions'] {
  const staged = new Map(clients.map((client) => [client.name, client.staged?.fingerprint]));
  const checks = waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.checks));
  const promotable = checks.filter(({ client, leaf }) => staged.get(client) === leaf);
  const unique = new Map(promotable.map(({ client, secret, leaf }) => [client, { client, secret, leaf }]));
  return [...unique.values()];
}

function summarize(
  decision: Plan['decision'],
  rotating: readonly Succession[],
  blocked: readonly Blocked[],
  waves: readonly Wave[],
): string {
  const scopes = waves.reduce((total, wave) => total + wave.scopes.length, 0);
  const held = blocked.map(({ anchor, reason }) => `${anchor}: ${reason}`).join(' | ');
  if (decision === 'idle') return 'nothing is due';
  if (decision === 'blocked') return `${blocked.length} blocked. ${held}`;
  return `${rotating.length} successions in ${scopes} scopes${held ? `; ${blocked.length} blocked. ${held}` : ''}`;
}

const isSamePair = (one: Pick<Succession, 'retiring' | 'successor'>, other: typeof one): boolean =>
  one.retiring.anchorId === other.retiring.anchorId && one.successor.anchorId === other.successor.anchorId;

const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();
