import type { Scope } from '../anchor.ts';
import type { CompromisedMemory } from '../memory/journal.ts';
import { oncePer } from '../once.ts';
import type { Policy } from '../policy.ts';
import { type CompromiseFacts, isNamed } from './compromise.ts';

/**
 * What emergencies allowed for an anchor: all that named it, or another anchor with its key. A retry honours
 * it as well (I6).
 */
type Allowance = Pick<CompromisedMemory, 'leaveBehind' | 'onListing'>;

/** `allowances` are the emergencies that the journal remembers. */
export type AllowanceFacts = CompromiseFacts & { allowances?: readonly CompromisedMemory[] };

type Allowed = { leaveBehind: ReadonlySet<string>; onListing: (scope: string) => boolean };

/** Cached by retiring anchor, since a plan asks for each of thousands of scopes. */
const known = oncePer((_: AllowanceFacts) => new Map<string, Allowed>());

/**
 * Returns the clients that a person allowed to lock out, and the scopes that a person allowed to cut on the
 * listing alone, rather than leave this anchor active.
 */
export function allowedFor(retiring: string, facts: AllowanceFacts): Allowed {
  const found = known(facts).get(retiring) ?? newAllowed(retiring, facts);
  known(facts).set(retiring, found);
  return found;
}

function newAllowed(retiring: string, facts: AllowanceFacts): Allowed {
  const allowances = allowancesOf(retiring, facts);
  const scopes = new Set(allowances.flatMap(({ onListing = [] }) => (onListing === 'all' ? [] : onListing)));
  const isEverywhere = allowances.some(({ onListing }) => onListing === 'all');
  return {
    leaveBehind: new Set(allowances.flatMap(({ leaveBehind = [] }) => leaveBehind)),
    onListing: (scope) => isEverywhere || scopes.has(scope),
  };
}

/** Whether the policy or an emergency lets this anchor be cut in this scope on the listing alone. */
export const mayGoByListing = (
  scope: Scope,
  retiring: string,
  facts: AllowanceFacts & { policy: Policy },
): boolean => facts.policy.listingScopes.includes(scope) || allowedFor(retiring, facts).onListing(scope);

function allowancesOf(retiring: string, facts: AllowanceFacts): Allowance[] {
  const { request, keys, allowances = [] } = facts;
  const digest = keys?.get(retiring)?.digest;
  const remembered = allowances.filter(
    ({ anchorId, keyDigest }) =>
      anchorId === retiring ||
      (digest !== undefined && (keyDigest ?? keys?.get(anchorId)?.digest) === digest),
  );
  return request.mode === 'emergency' && isNamed(retiring, facts) ? [...remembered, request] : remembered;
}
