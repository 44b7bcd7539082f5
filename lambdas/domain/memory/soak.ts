import { activeIds, type ListedAnchor } from '../anchor.ts';
import { durationText } from '../duration.ts';
import { firstFew } from '../first-few.ts';
import { instant, secondsOf } from '../instant.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { soakOf } from '../succession/resume.ts';
import type { SoakMemory } from './journal.ts';

/**
 * Returns when this run's soak ends, in Unix seconds, and what to remember of it. A soak that an earlier run
 * began goes on where it was: Activate and Promote drop it where it begins anew (I11). A run waits for the
 * longest soak of everything that it cuts, and for a whole one where one of these has no soak yet. Older
 * soaks stay remembered as they were, in case this run ends sooner.
 *
 * It is never longer than this plan's own soak: the policy may have been shortened since, and anchors may
 * expire (rule 5). `provenAt` and `now` are in Unix seconds. An anchor that expires between the two shortens
 * no soak.
 */
export function soakForRun(
  plan: Plan,
  provenAt: number,
  soaks: readonly SoakMemory[],
  now: number = provenAt,
): { until: number; memories: SoakMemory[] } {
  const soaking = soakingIn(plan);
  const endFor = (hurried: Plan['successions']): number =>
    soakEnd({ provenAt, now, ...plan, retiringExpiries: expiriesOf(hurried) });
  const cut = soakingToTheirCut(plan);
  const waitedFor = hurrying(cut, soaking);
  const until = endFor(waitedFor);
  const fresh = soaking.filter((one) => soakOf(one, soaks) === undefined);
  // A run that cuts nothing ends before the first of its anchors expires. The other successions have not
  // soaked by that alone.
  const memories = fresh.map((one) => ({
    ...{ retiring: one.retiring, successor: one.successor, provenAt: instant(provenAt) },
    soakUntil: instant(endFor(cut.includes(one) ? cut : [...cut, one])),
  }));
  const remembered = waitedFor.map((one) => soakOf(one, soaks));
  if (waitedFor.length === 0 || !remembered.every((soak) => soak !== undefined)) return { until, memories };
  const ends = remembered.map((soak) => endOfSoak(soak, plan.soakSeconds));
  return { until: Math.max(provenAt, Math.min(until, Math.max(...ends))), memories };
}

/** When a remembered soak ends (Unix seconds). The policy may have been shortened since. */
export const endOfSoak = ({ provenAt, soakUntil }: SoakMemory, soakSeconds: number): number =>
  Math.min(secondsOf(soakUntil), secondsOf(provenAt) + soakSeconds);

const expiriesOf = (successions: Plan['successions']): number[] =>
  successions.map(({ retiringExpiresAt }) => secondsOf(retiringExpiresAt));

/**
 * Warns, before anything is touched, that the policy's soak does not fit before an expiry (rule 5). A cut
 * after a shorter soak may lock out a client that reads its secret less often. `now` in Unix seconds.
 */
export function shortSoak(plan: SoakingPlan & { soakSeconds: number }, now: number): string[] {
  const soaking = soakingIn(plan);
  const hurried = hurrying(soakingToTheirCut(plan), soaking)
    .map(({ retiring, retiringExpiresAt }) => ({ retiring, at: secondsOf(retiringExpiresAt) }))
    .filter(({ at }) => at > now)
    .toSorted((one, other) => one.at - other.at);
  const until = soakEnd({ provenAt: now, now, ...plan, retiringExpiries: hurried.map(({ at }) => at) });
  const [first] = hurried;
  if (!first || until - now >= plan.soakSeconds) return [];
  const retired = soaking.map(({ retiring }) => retiring);
  return [
    `${first.retiring} expires ${instant(first.at)}: ${durationText(until - now)} is left of the soak of ${durationText(plan.soakSeconds)} before ${firstFew(retired, 5).join(', ')} ${retired.length > 1 ? 'are' : 'is'} cut. Make sure by then that every client has read its new leaf`,
  ];
}

/** What a plan says of the soaks that it begins. */
type SoakingPlan = Pick<Plan, 'waves' | 'successions' | 'safetyMarginSeconds'>;

/**
 * Returns the successions that may cut a soak short (rule 5): those that this run cuts somewhere. A
 * succession whose every cut is held, or whose scopes have halted, stays as it is. Hurrying for it would only
 * cost the others their soak. Where nothing is cut at all, each may.
 */
const hurrying = (cut: Plan['successions'], soaking: Plan['successions']): Plan['successions'] =>
  cut.length > 0 ? cut : soaking;

/**
 * Returns what soaks in a run. A cut of an earlier run that is only to be confirmed has soaked already (I11).
 */
const soakingIn = ({ successions }: Pick<Plan, 'successions'>): Plan['successions'] =>
  successions.filter(({ resumed }) => !resumed);

/** Returns what soaks in a run and is cut by it in some scope. */
export function soakingToTheirCut(plan: Pick<Plan, 'waves' | 'successions'>): Plan['successions'] {
  const successions = plan.waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.successions));
  const cut = new Set(successions.flatMap(({ retiring, held }) => (held ? [] : [retiring])));
  return soakingIn(plan).filter(({ retiring }) => cut.has(retiring));
}

/**
 * Returns the soaks that begin anew because these successors are activated in a scope only now. They may be
 * of any succession that overlaps there, of this run or not: an outsider may have ended an overlap that
 * another run takes up again. A soak that has left this scope out is none of them. It goes on where the API
 * refuses the activation, and begins anew with the promotion otherwise (I11, I17).
 */
export function interruptedSoaks(
  soaks: readonly SoakMemory[],
  plan: ScopePlan,
  listing: readonly ListedAnchor[],
  activated: readonly string[],
): SoakMemory[] {
  const retiring = new Set([...activeIds(listing), ...plan.successions.map((one) => one.retiring)]);
  const isOf = ({ except }: SoakMemory) => !except?.includes(plan.scope);
  return soaks.filter(
    (soak) => activated.includes(soak.successor) && retiring.has(soak.retiring) && isOf(soak),
  );
}

/**
 * Returns when the soak ends (rule 5), in Unix seconds: never before the proof, and before the earliest
 * retiring expiry by the safety margin.
 */
export function soakEnd(facts: {
  provenAt: number;
  now: number;
  soakSeconds: number;
  safetyMarginSeconds: number;
  retiringExpiries: readonly number[];
}): number {
  const { provenAt, now, soakSeconds, safetyMarginSeconds, retiringExpiries } = facts;
  // An anchor that has expired already protects nobody. Where all have expired there is nothing to wait for.
  // Where some have, hurrying for them would only cost the others their soak.
  if (retiringExpiries.length > 0 && retiringExpiries.every((at) => at <= now)) return provenAt;
  const ends = retiringExpiries.filter((at) => at > now).map((at) => at - safetyMarginSeconds);
  return Math.max(provenAt, Math.min(provenAt + soakSeconds, ...ends));
}
