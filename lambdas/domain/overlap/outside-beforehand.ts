import type { ClientCheck, ScopePlan } from '../plan-document.ts';
import { runningAt } from '../planning/running-leaves.ts';

type Share = Pick<ScopePlan, 'checks' | 'runningLeaves' | 'keeping'>;

/** The leaves in use about which hosts may ask a successor at once, and which something else lets in until then. */
export const inUseIn = (plan: Share): ClientCheck[] => [
  ...runningAt('overlap', plan),
  ...plan.checks.filter(({ inUse }) => inUse),
];

/** By each successor the clients that got in nowhere before it was activated. */
export type OutsideOf = ReadonlyMap<string, readonly string[]>;

/**
 * A scope's share without the leaves in use that got in nowhere before their successor was activated: whatever turns them away, that one does not, and
 * their clients keep it from nobody else (I17). `outside` are those clients for each successor; `passed` are those that were to prove it, and do not. Somebody
 * has to prove each (I8).
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
 * The same share around the cut. Who was outside before, and proves nothing, is looked at as somebody who keeps a leaf: one that gets in by now has to
 * get in by the successor afterwards, too.
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

/** A share without the leaves that some clients keep: who was outside before is so after an undo as well, which is none of its doing (I17). */
export const withoutKept = <T extends Share>(plan: T, outside: readonly string[]): T => ({
  ...plan,
  ...(plan.runningLeaves && {
    runningLeaves: plan.runningLeaves.filter(
      ({ client, reliesOn }) => reliesOn === undefined || !outside.includes(client),
    ),
  }),
  checks: plan.checks.filter(({ client, inUse }) => !inUse || !outside.includes(client)),
});
