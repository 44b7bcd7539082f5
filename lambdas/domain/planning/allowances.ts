import type { CompromisedMemory } from '../memory/journal.ts';
import { type CompromiseFacts, isNamed } from './compromise.ts';

/** What every emergency that named an anchor, or another with its key, was allowed; a retry honours it as well (I6). */
type Allowance = Pick<CompromisedMemory, 'leaveBehind' | 'onListing'>;

/** `allowances` are what the journal remembers of emergencies. */
export type AllowanceFacts = CompromiseFacts & { allowances?: readonly CompromisedMemory[] };

/** True for a client that a person has decided to lock out rather than to leave this anchor active. */
export const mayLeaveBehind = (client: string, retiring: string, facts: AllowanceFacts): boolean =>
  allowancesOf(retiring, facts).some(({ leaveBehind = [] }) => leaveBehind.includes(client));

/** True for a scope that a person has allowed to be cut on the listing alone rather than to leave this anchor active. */
export const mayCutOnListing = (scope: string, retiring: string, facts: AllowanceFacts): boolean =>
  allowancesOf(retiring, facts).some(
    ({ onListing = [] }) => onListing === 'all' || onListing.includes(scope),
  );

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
