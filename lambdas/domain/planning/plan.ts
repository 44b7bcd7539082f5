import type { ClientFacts } from '../client.ts';
import { unconfirmedCuts } from '../cut/unconfirmed.ts';
import type { Blocked, Plan, Wave } from '../document.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import type { Policy } from '../policy.ts';
import { divideByProof, divideByReadiness } from './readiness.ts';
import { chooseSuccessions, idsOf, isSamePair, type Memory, merged, nothingRemembered } from './resume.ts';
import { demandProbes, planScopes, promotionsOf } from './scope-plans.ts';
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
  const { resumed, stranded } = unconfirmedCuts(memory.cuts, facts);
  // An emergency does exactly what it was asked to do: what others left unconfirmed must not hold it up.
  const emergency = request.mode === 'emergency';
  const { provable, unprovable } =
    policy.evidence === 'probe' && !emergency
      ? divideByProof(resumed, clients)
      : { provable: emergency ? [] : resumed, unprovable: [] };
  const { chosen, cuts, isMoreWaiting } = chooseSuccessions(readiness.ready, provable, memory, facts);
  const rotating = merged([...cuts, ...chosen]);
  const left = emergency ? [] : [...stranded, ...unprovable];
  const blocked = [...pairing.blocked, ...readiness.blocked, ...left];

  const scopePlans = planScopes(rotating, facts);
  if (policy.evidence === 'probe') demandProbes(scopePlans);
  const { waves, deferredScopes } = withinLimits(wavesOf(scopePlans, policy));

  const { anchors, activeIn } = indexAnchors(inventory);
  // Whoever asked for an emergency and got a part of it, or left a cut unconfirmed behind it, hears of that soon (I13).
  const isPartial = emergency && (blocked.length > 0 || resumed.length > 0 || stranded.length > 0);
  const soon = deferredScopes > 0 || isMoreWaiting || isPartial;
  const next = nextRotation({ now, policy, active: activeIn, anchors, rotating, blocked, soon });
  const decision: Plan['decision'] = rotating.length > 0 ? 'rotate' : blocked.length > 0 ? 'blocked' : 'idle';
  return {
    decision,
    mode: request.mode,
    plannedAt: instant(now),
    evidence: policy.evidence,
    soakSeconds: chosen.every((one) => isCompromised(one.retiring.anchorId, facts)) ? 0 : policy.soak,
    safetyMarginSeconds: policy.safetyMargin,
    successions: rotating.map(({ authority, retiring, successor }) => ({
      authority,
      retiring: retiring.anchorId,
      successor: successor.anchorId,
      retiringExpiresAt: instant(retiring.expiresAt),
      ...(!chosen.some((one) => isSamePair(idsOf(one), idsOf({ retiring, successor }))) && { resumed: true }),
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

/** Reasons that a summary gives; the plan has them all. */
const MOST_REASONS = 12;

function summarize(
  decision: Plan['decision'],
  rotating: readonly Succession[],
  blocked: readonly Blocked[],
  waves: readonly Wave[],
): string {
  const scopes = waves.reduce((total, wave) => total + wave.scopes.length, 0);
  // A cause holds 32,768 characters, and Step Functions refuses a longer one with the whole state.
  const reasons = blocked.map(({ anchor, reason }) => `${anchor}: ${reason}`);
  const held = firstFew(reasons, MOST_REASONS).join(' | ');
  if (decision === 'idle') return 'nothing is due';
  if (decision === 'blocked') return `${blocked.length} blocked. ${held}`;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${plural(rotating.length, 'succession')} in ${plural(scopes, 'scope')}${held ? `; ${blocked.length} blocked. ${held}` : ''}`;
}
