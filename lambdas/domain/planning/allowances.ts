import type { Scope } from '../anchor.ts';
import type { CompromisedMemory } from '../memory/journal.ts';
import { oncePer } from '../once.ts';
import type { Policy } from '../policy.ts';
import { type CompromiseFacts, isNamed } from './compromise.ts';

/** What every emergency that named an anchor, or another with its key, was allowed; a retry honours it as well (I6). */
type Allowance = Pick<CompromisedMemory, 'leaveBehind' | 'onListing'>;

/** `allowances` are what the journal remembers of emergencies. */
export type AllowanceFacts = CompromiseFacts & { allowances?: readonly CompromisedMemory[] };

type Allowed = { leaveBehind: ReadonlySet<string>; onListing: (scope: string) => boolean };

/** By retiring anchor: a plan asks for each of thousands of scopes. */
const known = oncePer((_: AllowanceFacts) => new Map<string, Allowed>());

/** Whom a person has decided to lock out, and where to cut on the listing alone, rather than to leave an anchor active. */
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

/** Scopes in which policy, or an emergency, lets an anchor be cut on the listing alone. */
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
