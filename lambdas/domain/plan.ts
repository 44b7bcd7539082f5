import type { Client, ClientFacts } from './client.ts';
import type { Blocked, Plan, ScopePlan, Wave } from './document.ts';
import { WindlassError } from './errors.ts';
import { durationSeconds } from './policy.ts';
import { checksFor, divideByReadiness, trustAfterCut } from './readiness.ts';
import { indexAnchors, type PlanningFacts, pairSuccessions, type Succession } from './succession.ts';
import { nextRotation } from './timing.ts';
import { wavesOf, withinLimits } from './waves.ts';

/**
 * Decides a whole rotation (DESIGN section 4): what retires in favour of what, where and in which order, what proves
 * it, what is blocked and why. Changes nothing. Throws `NoProbeClient` where policy wants a proof nobody can give.
 */
export function plan(facts: PlanningFacts & { clients: readonly ClientFacts[] }): Plan {
  const { inventory, policy, request, now, clients } = facts;
  const pairing = pairSuccessions(facts);
  const readiness = divideByReadiness(pairing.pairs, clients);
  const rotating = readiness.ready;
  const blocked = [...pairing.blocked, ...readiness.blocked];

  const scopePlans = planScopes(rotating, facts);
  if (policy.evidence === 'probe') demandProbes(scopePlans);
  const { waves, deferredScopes } = withinLimits(wavesOf(scopePlans, policy.canary));

  const { anchors, activeIn } = indexAnchors(inventory);
  const next = nextRotation({ now, policy, active: activeIn, anchors, rotating, blocked, deferredScopes });
  const decision = rotating.length > 0 ? 'rotate' : blocked.length > 0 ? 'blocked' : 'idle';
  return {
    decision,
    mode: request.mode,
    plannedAt: instant(now),
    evidence: policy.evidence,
    soakSeconds: request.mode === 'emergency' ? 0 : (durationSeconds(policy.soak) ?? 0),
    safetyMarginSeconds: durationSeconds(policy.safetyMargin) ?? 0,
    successions: rotating.map(({ authority, retiring, successor }) => ({
      authority,
      retiring: retiring.anchorId,
      successor: successor.anchorId,
      retiringExpiresAt: instant(retiring.expiresAt),
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

/** Refuses names that the organization does not have: a hold or a canary with a typing mistake would protect nothing. */
export function checkNames(facts: PlanningFacts & { clients: readonly Client[] }): void {
  const { inventory, policy, request, clients } = facts;
  const { anchors } = indexAnchors(inventory);
  const projects = new Set(inventory.projects.map(({ projectId }) => projectId));
  const named: [string, string][] = [
    ...policy.hold.map((id, i): [string, string] => [`policy.hold.${i}`, id]),
    ...Object.entries(policy.successions).flatMap(([retiring, successor]): [string, string][] => [
      ['policy.successions', retiring],
      [`policy.successions.${retiring}`, successor],
    ]),
    ...(request.mode === 'emergency' ? request.anchors : []).map((id, i): [string, string] => [
      `request.anchors.${i}`,
      id,
    ]),
  ];
  const unknown = named.filter(([, id]) => !anchors.has(id)).map(([path, id]) => `${path}: ${id}`);
  if (unknown.length > 0)
    throw new WindlassError(
      'UnknownAnchor',
      `no such anchor in the organization: ${unknown.join('; ')}; use an id that the certificates API lists`,
    );
  const places: [string, string][] = [
    ...policy.canary.map((id, i): [string, string] => [`policy.canary.${i}`, id]),
    ...clients.map(({ name, project }): [string, string] => [`clients.${name}.project`, project]),
  ];
  const missing = places.filter(([, id]) => !projects.has(id)).map(([path, id]) => `${path}: ${id}`);
  if (missing.length > 0)
    throw new WindlassError(
      'UnknownProject',
      `no such project in the organization, or it is archived: ${missing.join('; ')}; use an id that the projects API lists`,
    );
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
      })),
      // Several anchors may retire in favour of one successor: one check by each client is enough.
      checks: [...new Map(checks.map((check) => [`${check.client} ${check.successor}`, check])).values()],
    };
  });
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

const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();
