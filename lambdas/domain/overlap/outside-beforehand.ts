import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { runningAt } from '../planning/running-leaves.ts';

type Share = Pick<ScopePlan, 'checks' | 'runningLeaves' | 'keeping'>;

/**
 * Returns the leaves in use about which hosts may ask a successor at once, and which another anchor lets in
 * until then.
 */
export const inUseIn = (plan: Share): ClientCheck[] => [
  ...runningAt('overlap', plan),
  ...plan.checks.filter(({ inUse }) => inUse),
];

/** For each successor, the clients that got in nowhere before it was activated. */
export type OutsideOf = ReadonlyMap<string, readonly string[]>;

/**
 * Returns a scope's share without the leaves in use that got in nowhere before their successor was activated.
 * Something else turns them away, so they keep the successor from nobody else (I17). `outside` has these
 * clients by successor. `passed` are the clients that would have proven a successor, and do not. A
 * successor's checks stay where nobody else proves it, since somebody has to (I8).
 */
export function passingOver<T extends Share>(plan: T, outside: OutsideOf): { plan: T; passed: string[] } {
  const isOut = ({ client, successor }: ClientCheck): boolean =>
    outside.get(successor)?.includes(client) === true;
  const running = runningAt('overlap', plan).filter(isOut);
  const proving = plan.checks.filter((check) => check.inUse && isOut(check));
  const isAlone = ({ successor }: ClientCheck): boolean =>
    plan.checks.every((check) => check.successor !== successor || proving.includes(check));
  const dropped = proving.filter((check) => !isAlone(check));
  const { runningLeaves = [] } = plan;
  const kept = {
    checks: plan.checks.filter((check) => !dropped.includes(check)),
    ...(plan.runningLeaves && { runningLeaves: runningLeaves.filter((check) => !running.includes(check)) }),
  };
  return { plan: { ...plan, ...kept }, passed: [...new Set(dropped.map(({ client }) => client))] };
}

/**
 * Returns the same share around the cut. A client that was outside before, and proves nothing, is looked at
 * as one that keeps its leaf. If it gets in by now, it has to get in by the successor after the cut too.
 */
export function keepingOutside<T extends Share>(plan: T, outside: readonly string[]): T {
  const isOut = ({ client, inUse }: ClientCheck): boolean => inUse === true && outside.includes(client);
  const kept = plan.checks.filter(isOut).map((check) => ({ ...check, reliesOn: [check.successor] }));
  if (kept.length === 0) return plan;
  const checks = plan.checks.filter((check) => !isOut(check));
  const runningLeaves = [...(plan.runningLeaves ?? []), ...kept];
  const chains = kept.flatMap(({ client, chain }) => (chain === undefined ? [] : [[client, chain] as const]));
  return { ...plan, checks, runningLeaves, keeping: { ...plan.keeping, ...Object.fromEntries(chains) } };
}

/**
 * Returns a share without the kept leaves of clients that were outside before. They are outside after an undo
 * as well, and the undo is not the reason (I17).
 */
export const withoutKept = <T extends Share>(plan: T, outside: readonly string[]): T => ({
  ...plan,
  ...(plan.runningLeaves && {
    runningLeaves: plan.runningLeaves.filter(
      ({ client, reliesOn }) => reliesOn === undefined || !outside.includes(client),
    ),
  }),
  checks: plan.checks.filter(({ client, inUse }) => !inUse || !outside.includes(client)),
});
