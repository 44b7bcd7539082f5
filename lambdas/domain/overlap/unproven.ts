import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { mayGoByListing } from '../planning/allowances.ts';
import type { Check } from '../planning/checks.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { hostsWithout } from './own-hosts.ts';

/**
 * Returns the hosts that answer a successor's clients, and at which no client that has to get in proves it
 * (I8); null where nobody proves it anywhere.
 */
export function unprovenAt(checks: readonly Check[], { hosts }: PlanningFacts): string[] | null {
  const proving = checks.filter(({ check, isIndependent }) => isIndependent && check.excused !== 'anything');
  const asChecks = (some: readonly Check[]) => some.map(({ check }) => check);
  return proving.length > 0 ? hostsWithout(asChecks(proving), asChecks(checks), hosts) : null;
}

/**
 * Warns of scopes whose successor no probe can prove by itself. There the listing is the evidence (I8), and
 * nobody sees a filter that locks out (F16).
 */
export function unprovenScopes(scopePlans: readonly ScopePlan[], facts: PlanningFacts): string[] {
  return scopePlans.flatMap(({ scope, checks, evidence, successions, witnesses, unprovenAt = [] }) => {
    if (evidence !== 'listing' || successions.every(({ held }) => held)) return [];
    if (checks.every(({ excused }) => excused === 'anything')) {
      const nobody = checks.length > 0 ? 'nobody probes it who has to get in' : 'nobody probes it';
      const filters = witnesses ? 'filters are seen by its witnesses alone' : 'filters are unseen';
      return successions.some(({ retiring }) => mayGoByListing(scope, retiring, facts))
        ? [`${scope} is rotated on the listing alone: ${nobody}, so ${filters}`]
        : [];
    }
    const where = unprovenAt.length > 0 ? ` at ${unprovenAt.join(' and at ')}` : '';
    return [
      `${scope}: every client that probes it${where} could get in by another anchor as well, so the listing is the evidence before the cut, and the probe only after it`,
    ];
  });
}
