import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { ClientCheck } from '../../lambdas/domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../lambdas/domain/plan-document/scope-plan.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { isTurnedAway } from './proofs/probes.ts';
import type { JudgeContext } from './watch.ts';

type Input = {
  plan: ScopePlan;
  begin?: { beforehand?: { outside?: string[] }; outside?: string[] };
};

/**
 * Watches the clients that every host has turned away before a successor was active, and that the look itself
 * reports as outside. Nothing that is done afterwards takes a way in from them (I17).
 */
export function createOutsideBefore(context: JudgeContext) {
  const { replay } = context;
  /** Keys `scope client successor`. */
  const outside = new Set<string>();
  const keyOf = ({ scope }: ScopePlan, { client, successor }: ClientCheck) =>
    `${scope} ${client} ${successor}`;
  return {
    /** Notes what a look before an activation has seen when it ends; `at` in milliseconds. */
    sawBeforehand(seen: InvocationRecord, at: number): void {
      const { plan } = seen.input as Input;
      const active = replay.activeIn(plan.scope);
      for (const check of [...plan.checks, ...(plan.runningLeaves ?? [])]) {
        const isOut = isTurnedAway(check.client, seen, context) && !active.has(check.successor);
        if (isOut && !isInWithout(check, seen.at, at, context)) outside.add(keyOf(plan, check));
      }
    },
    isPassed({ input }: InvocationRecord, check: ClientCheck): boolean {
      const { begin, plan } = input as Input;
      const passed = [...(begin?.beforehand?.outside ?? []), ...(begin?.outside ?? [])];
      return passed.includes(check.client) && outside.has(keyOf(plan, check));
    },
  };
}

/**
 * Whether what is trusted by now lets a client in without the successor, which may be active in the other
 * scope. Hosts that turn such a client away go by the successor, or have not heard of an undo (I9). A client
 * whose service account was deleted is outside whatever is trusted.
 */
function isInWithout(
  { client, project, successor }: ClientCheck,
  began: number,
  at: number,
  { replay, rules, scenario }: JudgeContext,
): boolean {
  const { leaves, outsiderAt } = replay.state;
  const isTouched = [client, project, ORGANIZATION].some((what) => (outsiderAt.get(what) ?? 0) >= began);
  const isDeleted = scenario.clients.some(({ name, isUnmapped }) => isUnmapped && name === client);
  const others = new Set([...replay.trusted(project)].filter((id) => id !== successor));
  const leaf = leaves.get(client)?.AWSCURRENT ?? null;
  return !isTouched && !isDeleted && rules.accepted(leaf, others, at / 1000);
}
