import type { Scope } from '../anchor.ts';
import type { CompromisedMemory } from '../memory/journal.ts';
import type { Policy } from '../policy.ts';
import { type CompromiseFacts, isNamed } from './compromise.ts';

/** What every emergency that named an anchor, or another with its key, was allowed; a retry honours it as well (I6). */
type Allowance = Pick<CompromisedMemory, 'leaveBehind' | 'onListing'>;

/** `allowances` are what the journal remembers of emergencies. */
export type AllowanceFacts = CompromiseFacts & { allowances?: readonly CompromisedMemory[] };

/** Whom a person has decided to lock out, and where to cut on the listing alone, rather than to leave an anchor active. */
export function allowedFor(retiring: string, facts: AllowanceFacts) {
  const allowances = allowancesOf(retiring, facts);
  const scopes = new Set(allowances.flatMap(({ onListing = [] }) => (onListing === 'all' ? [] : onListing)));
  const isEverywhere = allowances.some(({ onListing }) => onListing === 'all');
  return {
    leaveBehind: new Set(allowances.flatMap(({ leaveBehind = [] }) => leaveBehind)),
    onListing: (scope: string): boolean => isEverywhere || scopes.has(scope),
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
