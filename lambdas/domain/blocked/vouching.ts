import type { Inventory, Scope } from '../anchor.ts';
import { type ClientFacts, type LeafFacts, leafIn } from '../client.ts';
import type { CompromisedMemory } from '../memory/journal.ts';
import { digestInId, idOfKey } from '../memory/named-key.ts';
import { oncePer } from '../once.ts';
import type { Blocked } from '../plan-document.ts';
import {
  type ActiveAnchor,
  type AnchorKey,
  activeWhere,
  type CompromiseFacts,
  compromiseOf,
  isCompromised,
  suspectAnchors,
} from '../planning/compromise.ts';

/** What anybody holds that is configured: clients, those whose project is not listed, and whoever has to stay out. */
type Holders = {
  clients?: readonly ClientFacts[];
  absent?: readonly ClientFacts[];
  witnesses?: readonly ClientFacts[];
};

/**
 * Anchors with another key that vouch for a compromised one: by a certificate that is uploaded, or by one that lies in some secret. Where
 * one is active, a leaf of the leaked key gets in by it (I15).
 */
const vouchingIn = oncePer((facts: CompromiseFacts & Holders) => vouchersOf(compromiseOf(facts).keys, facts));

/** The same for the keys of CAs that were never uploaded, as they were named. */
const certifyingIn = oncePer((facts: CompromiseFacts & Holders) =>
  vouchersOf(new Set([...compromiseOf(facts).ids].flatMap((id) => digestInId(id) ?? [])), facts),
);

const vouchersOf = (leaked: ReadonlySet<string>, facts: CompromiseFacts & Holders): ReadonlySet<string> =>
  new Set(signersOf(leaked, facts).filter((id) => !isCompromised(id, facts)));

/**
 * Anchors that have signed certificates for some keys, compromised or not: those that were seen to have, and whatever else has a key of theirs. A chain that one upload
 * of a CA ends leads to its renewal as well.
 */
function signersOf(compromised: ReadonlySet<string>, facts: CompromiseFacts & Holders): string[] {
  const { keys = new Map<string, AnchorKey>() } = facts;
  if (compromised.size === 0) return [];
  const carried = holdersIn(facts).flatMap(casHeldBy);
  const sent = carried.flatMap(({ keyDigest, vouchedBy }) => (compromised.has(keyDigest) ? vouchedBy : []));
  const uploaded = [...keys].filter(([, { vouchesFor }]) => vouchesFor.some((key) => compromised.has(key)));
  const vouching = new Set([...sent, ...uploaded.map(([anchorId]) => anchorId)]);
  const known = [...compromised].flatMap((key) => facts.compromised?.certifiedBy?.get(key) ?? []);
  const seen = new Set([...vouching, ...known.flatMap(({ ids }) => ids)]);
  const signing = new Set([...known.flatMap((one) => one.keys), ...keysOf(seen, facts)]);
  return [...new Set([...seen, ...[...keys].flatMap(([id, { digest }]) => (signing.has(digest) ? id : []))])];
}

/** The digests of the keys of these anchors, as far as they are uploaded and can be read. */
const keysOf = (anchorIds: Iterable<string>, { keys }: CompromiseFacts): string[] =>
  [...anchorIds].flatMap((id) => keys?.get(id)?.digest ?? []);

/** What is to be remembered of keys that were named as such: the anchors that have certified one, where some, or their keys, have not been seen before (I15). */
export const certifiersSeen = (
  facts: CompromiseFacts & Holders & { allowances?: readonly CompromisedMemory[] },
): Certified[] =>
  (facts.allowances ?? []).flatMap(({ anchorId, certifiedBy = [], certifierKeys = [] }) => {
    const digest = digestInId(anchorId);
    if (digest === undefined) return [];
    const all = signersOf(new Set([digest]), facts);
    const keys = [...new Set([...certifierKeys, ...keysOf(all, facts)])];
    const isNew = all.length > certifiedBy.length || keys.length > certifierKeys.length;
    return isNew ? [{ anchorId, certifiedBy: all, certifierKeys: keys }] : [];
  });

export type Certified = Required<Pick<CompromisedMemory, 'anchorId' | 'certifiedBy' | 'certifierKeys'>>;

/** Names of those in whose secrets a chain shows that an anchor has certified such a CA. */
export function whoSends(anchorId: string, facts: CompromiseFacts & Holders): string[] {
  const leaked = compromiseOf(facts).ids;
  return holdersIn(facts).flatMap((one) => {
    const isShown = casHeldBy(one).some(
      ({ keyDigest, vouchedBy }) => leaked.has(idOfKey(keyDigest)) && vouchedBy.includes(anchorId),
    );
    return isShown ? one.name : [];
  });
}

const holdersIn = ({ clients = [], absent = [], witnesses = [] }: Holders): ClientFacts[] => [
  ...clients,
  ...absent,
  ...witnesses,
];

/** The CAs in the chains of a secret, at whatever stage. */
const casHeldBy = ({ running, staged, previous }: ClientFacts): LeafFacts['carries'] =>
  [running, staged, previous].flatMap((held) => leafIn(held)?.carries ?? []);

/** True for an anchor that is not compromised, and has signed a certificate for a key that is (I15). */
export const isVouching = (anchorId: string, facts: CompromiseFacts & Holders): boolean =>
  vouchingIn(facts).has(anchorId);

/**
 * True for an anchor that has certified a CA whose key was named as such. That key is cut nowhere by cutting what is named beside it, so that nobody is moved to what lets it
 * in: it takes over from nothing (I15).
 */
export const isCertifyingLeaked = (anchorId: string, facts: CompromiseFacts & Holders): boolean =>
  certifyingIn(facts).has(anchorId);

/** Vouching anchors that are active, or that this run activates: successors, with the scopes that they take over in. */
export function vouchingAnchors(
  facts: CompromiseFacts & Holders & { inventory: Inventory },
  rotating: readonly Rotating[],
): ActiveAnchor[] {
  const taken = rotating.map(({ successor, scopes }) => ({ anchorId: successor.anchorId, scopes }));
  const scopes = new Map<string, Set<Scope>>();
  for (const one of [...activeWhere(facts.inventory, () => true), ...taken])
    if (isVouching(one.anchorId, facts))
      scopes.set(one.anchorId, new Set([...(scopes.get(one.anchorId) ?? []), ...one.scopes]));
  return [...scopes].map(([anchorId, where]) => ({ anchorId, scopes: [...where] }));
}

/** What a succession activates, and where. */
type Rotating = { successor: { anchorId: string }; scopes: readonly Scope[] };

type LettingIn = CompromiseFacts & Holders & { inventory: Inventory };

/** Tells what is blocked and lets a compromised key in, or may: its anchors, what vouches for it, and what nobody can read. */
export function lettingIn(facts: LettingIn): (blocked: Pick<Blocked, 'anchor'>) => boolean {
  const suspects = new Set(suspectAnchors(facts).map(({ anchorId }) => anchorId));
  return ({ anchor }) => isCompromised(anchor, facts) || isVouching(anchor, facts) || suspects.has(anchor);
}

/** True when something that lets a compromised key in is among what is blocked, or may be. That is red however often it has been said (I15). */
export const concernsCompromise = (blocked: readonly Blocked[], facts: LettingIn): boolean =>
  facts.request.mode === 'emergency' || blocked.some(lettingIn(facts));
