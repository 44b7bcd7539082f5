import type { ProvenPart, ScopeVerdict } from '../document.ts';
import { scopePlansOf } from '../manifest.ts';
import { provenIfKnown } from '../overlap/overlap.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { runningAt } from '../planning/running-leaves.ts';
import { judgeWave } from './wave-judgement.ts';

type Succession = Plan['successions'][number];

/**
 * Returns the successions of an overlap that have not failed themselves. Each of their scopes was proven, or
 * halted for other successors, or was never opened because an earlier wave stopped (I17). Returns none where
 * nobody can tell for which succession anything has halted.
 */
export function waitedForOthers(
  plan: Pick<Plan, 'waves' | 'successions'>,
  verdicts: readonly ScopeVerdict[],
  parts: readonly ProvenPart[],
): Succession[] {
  const byScope = new Map(verdicts.map((one) => [one.scope, one]));
  const opened = openedWaves(plan, verdicts);
  const failed = new Set(
    scopePlansOf({ waves: opened }).flatMap((one) =>
      failedIn(one, byScope.get(one.scope), parts).map(({ retiring }) => retiring),
    ),
  );
  return failed.size === 0 ? [] : plan.successions.filter((one) => !one.resumed && !failed.has(one.retiring));
}

/**
 * Returns every wave up to the last one with a verdict. The next wave is added where that one did not stop
 * it: none of its scopes has a verdict, so all of them are lost (I9).
 */
function openedWaves({ waves }: Pick<Plan, 'waves'>, verdicts: readonly ScopeVerdict[]): Plan['waves'] {
  const heard = new Set(verdicts.map(({ scope }) => scope));
  const isHeardOf = ({ scopes }: Plan['waves'][number]): boolean =>
    scopes.some(({ scope }) => heard.has(scope));
  const last = Math.max(0, waves.findLastIndex(isHeardOf));
  const scopes = waves[last]?.scopes.map(({ scope }) => scope) ?? [];
  const isCanary = waves[last]?.name === 'canary';
  const isStopped = judgeWave(scopes, verdicts, { tolerant: true, isOverlap: true, isCanary }).anyHalted;
  return waves.slice(0, last + (isStopped ? 1 : 2));
}

/**
 * Returns the successions for which a scope has halted; all of its successions where it does not say for
 * which.
 */
function failedIn(
  plan: ScopePlan,
  verdict: ScopeVerdict | undefined,
  parts: readonly ProvenPart[],
): ScopePlan['successions'] {
  const { scope, successions } = plan;
  const checks = [...plan.checks, ...runningAt('overlap', plan)];
  if (verdict && (verdict.verdict !== 'halted' || verdict.held)) return [];
  const proven = verdict && provenIfKnown(scope, parts, verdict);
  if (!proven) return successions;
  const refused = parts.filter((part) => part.scope === scope).flatMap((part) => part.refused ?? []);
  const unproven = new Set([
    ...checks.flatMap(({ client, successor }) => (proven.has(client) ? [] : successor)),
    ...refused,
  ]);
  const failed = successions.filter(({ successor }) => unproven.has(successor));
  return failed.length > 0 ? failed : successions;
}
