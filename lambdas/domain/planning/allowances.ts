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
  const { request } = facts;
  const remembered = rememberedFor(retiring, facts);
  return request.mode === 'emergency' && isNamed(retiring, facts) ? [...remembered, request] : remembered;
}

/** What the journal remembers of emergencies that named an anchor, or another anchor with its key (I15). */
export function rememberedFor(
  anchorId: string,
  { keys, allowances = [] }: Pick<AllowanceFacts, 'keys' | 'allowances'>,
): CompromisedMemory[] {
  const digest = keys?.get(anchorId)?.digest;
  // The digest is not remembered yet where this very plan is the first to read it.
  const isSameKey = (one: CompromisedMemory): boolean =>
    digest !== undefined && (one.keyDigest ?? keys?.get(one.anchorId)?.digest) === digest;
  return allowances.filter((one) => one.anchorId === anchorId || isSameKey(one));
}
