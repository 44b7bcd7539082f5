import type { ProvenPart } from '../document.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { runningAt } from '../planning/running-leaves.ts';
import { provenIfKnown } from './overlap.ts';

/**
 * Returns the successors by which a scope has halted in its overlap: a witness gets in by them, or a client
 * was not proven with them. A successor of another authority did nothing wrong (I17). Null where nobody can
 * tell, and then it may be any (I9).
 */
export function atFault(
  plan: ScopePlan,
  parts: readonly ProvenPart[],
  error: string,
): ReadonlySet<string> | null {
  const { scope } = plan;
  const checks = [...plan.checks, ...runningAt('overlap', plan)];
  if (error === 'TrustWidened') return widenedIn(parts.filter((part) => part.scope === scope));
  const proven = provenIfKnown(scope, parts, { error });
  const failed = checks.flatMap(({ client, successor }) => (proven?.has(client) ? [] : [successor]));
  return proven && failed.length > 0 ? new Set(failed) : null;
}

/**
 * Returns the clients that the looks at a scope have seen turned away beside a witness that gets in. The
 * witness hides them, since it halts alone and at once. `isAll` is true where every look has come to its end.
 * Otherwise nobody knows of another shard, and any successor may have turned a client away (I9).
 */
export function turnedAwayBeside(
  { scope }: Pick<ScopePlan, 'scope'>,
  parts: readonly ProvenPart[],
): { turnedAway: { client: string; successor: string }[]; isAll: boolean } {
  const own = parts.filter((part) => part.scope === scope);
  const isAll =
    own.length > 0 && own.every(({ of, turnedAway }) => own.length === of && turnedAway !== undefined);
  return { turnedAway: own.flatMap(({ turnedAway = [] }) => turnedAway), isAll };
}

/**
 * Returns the successors that looks at a scope have seen let a witness in or turn a client away, whatever
 * became of its other shards. Any other successor is taken back only on suspicion. Null where no look says
 * which successor it was.
 */
export function seenDoing(
  { scope }: Pick<ScopePlan, 'scope'>,
  parts: readonly ProvenPart[],
): ReadonlySet<string> | null {
  const own = parts.filter((part) => part.scope === scope);
  const isUntold = own.some(({ error, widened }) => error === 'TrustWidened' && widened === undefined);
  const seen = own.flatMap(({ widened = [], turnedAway = [] }) => [
    ...widened,
    ...turnedAway.map(({ successor }) => successor),
  ]);
  return isUntold || seen.length === 0 ? null : new Set(seen);
}

/**
 * Returns the successors by which a witness got in; null where a look does not say which, as from an older
 * function.
 */
function widenedIn(parts: readonly ProvenPart[]): ReadonlySet<string> | null {
  const sawIt = parts.filter(({ error }) => error === 'TrustWidened');
  const isWhole = sawIt.length > 0 && parts.every(({ of }) => parts.length === of);
  const isTold = sawIt.every(({ widened }) => widened !== undefined);
  return isWhole && isTold ? new Set(sawIt.flatMap(({ widened = [] }) => widened)) : null;
}
