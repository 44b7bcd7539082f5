import { activeSetOf } from '../anchor.ts';
import { isOver, overSince } from '../cut/over.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import { type ClientFacts, leadsTo } from '../leaf/client-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { Wave } from '../plan-document/wave.ts';
import type { Policy } from '../policy.ts';
import { allowedFor } from './allowances.ts';
import { indexAnchors, type PlanningFacts, type Succession } from './facts.ts';
import { reaches } from './reach.ts';

/** Warns of each stopgap: it only outlives the anchor that it replaces (rule 2). */
export const stopgaps = (rotating: readonly Succession[]): string[] =>
  rotating
    .filter(({ stopgap }) => stopgap)
    .map(
      ({ retiring, successor }) =>
        `${successor.anchorId} replaces ${retiring.anchorId} as a stopgap: it only outlives it, until ${instant(successor.expiresAt)}. Upload and stage a longer-lived generation`,
    );

/** Warns of each anchor that is active before it is valid: nobody gets in by it until then. */
export const activeTooEarly = ({ inventory, now }: PlanningFacts): string[] => {
  const { anchors, activeIn } = indexAnchors(inventory);
  return [...activeIn].flatMap(([id, scopes]) => {
    const { validAt = now, flaw } = anchors.get(id) ?? {};
    return flaw || validAt <= now
      ? []
      : [
          `${id} is active in ${firstFew(scopes, 5).join(', ')}, and not valid before ${instant(validAt)}: until then nobody gets in by it`,
        ];
  });
};

/**
 * Says which clients this run may lock out, and which scopes it may cut without a proof, by what emergencies
 * were allowed (I6).
 */
export function allowancesTold(rotating: readonly Succession[], facts: PlanningFacts): string[] {
  const { clients = [], inventory } = facts;
  const projects = inventory.projects.map(({ projectId }) => projectId);
  return rotating.flatMap(({ retiring: { anchorId }, scopes }) => {
    const { leaveBehind, onListing } = allowedFor(anchorId, facts);
    const names = clients.map(({ name }) => name).filter((name) => leaveBehind.has(name));
    const everywhere = ['organization', ...projects].every(onListing);
    const listed = scopes.filter(onListing);
    return [
      ...(names.length > 0
        ? [
            `the cut of ${anchorId} may lock out ${firstFew(names, 20).join(', ')}, as an emergency was allowed`,
          ]
        : []),
      ...(listed.length > 0
        ? [
            `${anchorId} may be cut in ${everywhere ? 'every scope' : firstFew(listed, 20).join(', ')} though no probe proves that clients get in, as an emergency was allowed: only a plain refusal keeps it from that`,
          ]
        : []),
    ];
  });
}

/**
 * Warns of clients whose leaf or whole path has expired and that nobody moves. Their anchor is cut all the
 * same, and they get in nowhere until they have another leaf.
 */
export function expiredTold(
  rotating: readonly Succession[],
  promotions: Plan['promotions'],
  facts: PlanningFacts,
): string[] {
  const moved = new Set(promotions.map(({ client }) => client));
  const isOut = (client: ClientFacts): boolean => isOver(client, facts) && !moved.has(client.name);
  const out = (facts.clients ?? []).filter(isOut);
  return rotating.flatMap(({ retiring, successor, scopes }) => {
    const left = out.filter(
      (client) =>
        leadsTo(client.running, retiring.anchorId) && scopes.some((scope) => reaches(client, scope)),
    );
    if (left.length === 0) return [];
    const names = firstFew(
      left.map((client) => `${client.name} (${instant(overSince(client, facts))})`),
      20,
    );
    return [
      `the leaf of ${retiring.anchorId} that these run on, or an intermediate of it, has expired, so that they get in nowhere, and its cut does not wait for them: ${names.join(', ')}. Stage leaves that chain to ${successor.anchorId}`,
    ];
  });
}

/**
 * Warns of cuts that the run has made from which an emergency takes over, and that nobody has confirmed: clients
 * may be outside by them until the run right after the emergency (I10, I13).
 */
export function cutsLeftTold({ request, memory, inventory }: PlanningFacts): string[] {
  if (request.mode !== 'emergency') return [];
  const open = (memory?.cuts ?? []).filter(
    ({ scope, retiring }) => !activeSetOf(inventory, scope).has(retiring),
  );
  if (open.length === 0) return [];
  const told = firstFew(
    open.map(({ scope, retiring }) => `${retiring} in ${scope}`),
    5,
  );
  return [
    `an earlier run has cut ${told.join(', ')}, and nobody has confirmed that: clients may be outside by it. An emergency leaves it to the run that comes within minutes after it`,
  ];
}

/** The plan of a run that found a live rotation: it does nothing (I12). */
export const busyPlan = (policy: Policy, now: number, summary: string): Plan => ({
  decision: 'busy',
  isRed: false,
  mode: 'scheduled',
  plannedAt: instant(now),
  evidence: policy.evidence,
  soakSeconds: 0,
  safetyMarginSeconds: 0,
  successions: [],
  blocked: [],
  anyBlocked: false,
  waves: [],
  atOnce: false,
  anyOutside: false,
  promotions: [],
  nextRotationAt: null,
  summary,
});

/** How many reasons a summary gives. The plan has all of them. */
const MOST_REASONS = 12;

/** Returns the plan in one line, with the reasons where something is blocked. */
export function summarize(
  decision: Plan['decision'],
  rotating: readonly Succession[],
  blocked: readonly Blocked[],
  waves: readonly Wave[],
): string {
  const scopes = waves.flatMap((wave) => wave.scopes);
  // A scope that is left to its own listing finds out itself whether it has anything to cut.
  const upTo = scopes.some(({ ownListing }) => ownListing) ? 'up to ' : '';
  // A cause holds 32,768 characters. Step Functions refuses a longer one with the whole state.
  const reasons = blocked.map(({ anchor, reason }) => `${anchor}: ${reason}`);
  const held = firstFew(reasons, MOST_REASONS).join(' | ');
  if (decision === 'idle') return 'nothing is due';
  if (decision === 'blocked') return `${blocked.length} blocked. ${held}`;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${plural(rotating.length, 'succession')} in ${upTo}${plural(scopes.length, 'scope')}${held ? `; ${blocked.length} blocked. ${held}` : ''}`;
}
