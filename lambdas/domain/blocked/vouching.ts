import type { Inventory, Scope } from '../anchor.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import type { CompromisedMemory } from '../memory/journal.ts';
import { digestInId, idOfKey } from '../memory/named-key.ts';
import { oncePer } from '../once.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import {
  type ActiveAnchor,
  type AnchorKey,
  activeWhere,
  type CompromiseFacts,
  compromiseOf,
  isCompromised,
  suspectAnchors,
} from '../planning/compromise.ts';

/**
 * Everybody that is configured and holds leaves: clients, clients whose project is not listed, and witnesses.
 */
type Holders = {
  clients?: readonly ClientFacts[];
  absent?: readonly ClientFacts[];
  witnesses?: readonly ClientFacts[];
};

/**
 * The anchors with another key that vouch for a compromised key, by a certificate that is uploaded or that is
 * in some secret. Where one of them is active, a leaf of the leaked key gets in by it (I15).
 */
const vouchingIn = oncePer((facts: CompromiseFacts & Holders) => vouchersOf(compromiseOf(facts).keys, facts));

/** The same for the keys of CAs that were never uploaded, as they were named. */
const certifyingIn = oncePer((facts: CompromiseFacts & Holders) =>
  vouchersOf(new Set([...compromiseOf(facts).ids].flatMap((id) => digestInId(id) ?? [])), facts),
);

const vouchersOf = (leaked: ReadonlySet<string>, facts: CompromiseFacts & Holders): ReadonlySet<string> =>
  new Set(signersOf(leaked, facts).filter((id) => !isCompromised(id, facts)));

/**
 * Returns the anchors that have signed certificates for some keys, compromised or not, and every other anchor
 * that has a key of theirs. A chain that leads to one upload of a CA leads to its renewal as well.
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

/** Returns the digests of the keys of these anchors, as far as they are uploaded and can be read. */
const keysOf = (anchorIds: Iterable<string>, { keys }: CompromiseFacts): string[] =>
  [...anchorIds].flatMap((id) => keys?.get(id)?.digest ?? []);

/**
 * Returns what to remember of named keys: the anchors that have certified one, where some of them or of their
 * keys are new (I15).
 */
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

/**
 * Returns the names of the clients and witnesses in whose secrets a chain shows that an anchor has certified
 * such a CA.
 */
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

/** Returns the CAs in the chains of a secret, at any stage. */
const casHeldBy = ({ running, staged, previous }: ClientFacts): LeafFacts['carries'] =>
  [running, staged, previous].flatMap((held) => leafIn(held)?.carries ?? []);

/** True for an anchor that is not compromised and has signed a certificate for a compromised key (I15). */
export const isVouching = (anchorId: string, facts: CompromiseFacts & Holders): boolean =>
  vouchingIn(facts).has(anchorId);

/**
 * True for an anchor that has certified a CA whose key was named as such. No cut of the other named anchors
 * stops that key. So nobody is moved to an anchor that lets it in: this anchor takes over from nothing (I15).
 */
export const isCertifyingLeaked = (anchorId: string, facts: CompromiseFacts & Holders): boolean =>
  certifyingIn(facts).has(anchorId);

/**
 * Returns the vouching anchors that are active, or that this run activates, with their scopes. A successor
 * has the scopes where it takes over.
 */
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

/**
 * Returns a function that tells whether a blocked entry lets a compromised key in, or may: of a compromised
 * anchor, of one that vouches for such a key, or of one that nobody can read.
 */
export function lettingIn(facts: LettingIn): (blocked: Pick<Blocked, 'anchor'>) => boolean {
  const suspects = new Set(suspectAnchors(facts).map(({ anchorId }) => anchorId));
  return ({ anchor }) => isCompromised(anchor, facts) || isVouching(anchor, facts) || suspects.has(anchor);
}

/**
 * True when a blocked entry lets a compromised key in, or may, and in every emergency. That is red however
 * often it was told (I15).
 */
export const concernsCompromise = (blocked: readonly Blocked[], facts: LettingIn): boolean =>
  facts.request.mode === 'emergency' || blocked.some(lettingIn(facts));
