import { activeIds, type Inventory, type Scope, scopesOf } from '../anchor.ts';
import type { CompromisedMemory } from '../memory/journal.ts';
import { digestInId, idOfKey } from '../memory/named-key.ts';
import { oncePer } from '../once.ts';
import type { Request } from '../request.ts';

/**
 * An anchor's public key: its digest, and the digests of the keys that it has signed certificates for (I15).
 */
export type AnchorKey = { digest: string; vouchesFor: readonly string[] };

/**
 * Anchors by their ids, and by the digests of their keys, which stay the same when they are uploaded again.
 */
type Certifiers = { ids: readonly string[]; keys: readonly string[] };

/**
 * Everything that emergencies named: ids as they were named, and digests of keys as soon as they are read.
 */
export type Compromised = {
  ids: ReadonlySet<string>;
  keys: ReadonlySet<string>;
  /**
   * By the digest of a CA's key: the anchors that were seen to have certified it, and the digests of their
   * own keys.
   */
  certifiedBy?: ReadonlyMap<string, Certifiers>;
};

/** The facts that decide whether an anchor is compromised. Where no key could be read, only its id tells. */
export type CompromiseFacts = {
  request: Request;
  keys?: ReadonlyMap<string, AnchorKey> | undefined;
  /** Anchors for whose certificate the API had no answer. */
  unanswered?: ReadonlySet<string> | undefined;
  compromised?: Compromised | undefined;
};

/**
 * Returns the ids that this request or an earlier emergency named, ids of keys (`key:…`) among them. With
 * them come the digests of their keys, and all digests that are remembered.
 */
export const compromiseOf = oncePer(({ request, keys, compromised }: CompromiseFacts): Compromised => {
  const ids = new Set([
    ...(compromised?.ids ?? []),
    ...(request.mode === 'emergency' ? [...request.anchors, ...(request.keys ?? []).map(idOfKey)] : []),
  ]);
  const named = [...ids].flatMap((id) => keys?.get(id)?.digest ?? digestInId(id) ?? []);
  return { ids, keys: new Set([...(compromised?.keys ?? []), ...named]) };
});

/** The same facts without what earlier emergencies named. */
const requestOf = oncePer(({ request, keys }: CompromiseFacts): CompromiseFacts => ({ request, keys }));

/**
 * True for an anchor whose id or key is compromised. Such an anchor is never trusted again, whatever id it
 * has (I15).
 */
export function isCompromised(anchorId: string, facts: CompromiseFacts): boolean {
  const { ids, keys } = compromiseOf(facts);
  const digest = facts.keys?.get(anchorId)?.digest;
  return ids.has(anchorId) || (digest !== undefined && keys.has(digest));
}

/** True for an anchor that this emergency names, by its id or by its key. */
export const isNamed = (anchorId: string, facts: CompromiseFacts): boolean =>
  facts.request.mode === 'emergency' && isCompromised(anchorId, requestOf(facts));

/**
 * True for an anchor whose certificate could not be read: any leaf may lead to it, and it may have any key
 * (I9).
 */
export const isUnread = (anchorId: string, { keys }: CompromiseFacts): boolean =>
  keys !== undefined && !keys.has(anchorId);

/**
 * True for an anchor that may be compromised: some key is compromised, and the key of this anchor could not
 * be read (I9).
 */
export const isSuspect = (anchorId: string, facts: CompromiseFacts): boolean =>
  isUnread(anchorId, facts) && compromiseOf(facts).keys.size > 0;

/**
 * True for a named anchor whose key nobody has read, now or in an earlier run: any other anchor may have that
 * key (I9, I15).
 */
export const isKeyUnknown = (
  anchorId: string,
  facts: CompromiseFacts & { allowances?: readonly CompromisedMemory[] },
): boolean =>
  isUnread(anchorId, facts) &&
  compromiseOf(facts).ids.has(anchorId) &&
  !facts.allowances?.some((one) => one.anchorId === anchorId && one.keyDigest);

/**
 * True where the API had no answer for the certificate. That passes by itself; a certificate that cannot be
 * read stays so.
 */
export const isUnanswered = (anchorId: string, { unanswered }: CompromiseFacts): boolean =>
  unanswered?.has(anchorId) === true;

/** An anchor, and every scope where it is active. */
export type ActiveAnchor = { anchorId: string; scopes: Scope[] };

/** Returns the active anchors that `picks` accepts. */
export function activeWhere(inventory: Inventory, picks: (anchorId: string) => boolean): ActiveAnchor[] {
  const active = new Map<string, Scope[]>();
  for (const { scope, anchors } of scopesOf(inventory))
    for (const anchorId of activeIds(anchors))
      if (picks(anchorId)) active.set(anchorId, [...(active.get(anchorId) ?? []), scope]);
  return [...active].map(([anchorId, scopes]) => ({ anchorId, scopes }));
}

/**
 * Returns the active anchors that may have a compromised key, since their own could not be read (I9, I15).
 */
export const suspectAnchors = (facts: CompromiseFacts & { inventory: Inventory }): ActiveAnchor[] =>
  activeWhere(facts.inventory, (id) => isSuspect(id, facts) && !isCompromised(id, facts));

/** Returns the active anchors with a compromised key, held ones included (I15). */
export const activeCompromised = (facts: CompromiseFacts & { inventory: Inventory }): ActiveAnchor[] =>
  activeWhere(facts.inventory, (id) => isCompromised(id, facts));

/**
 * Returns the ids of all compromised anchors: those that were named, active or not, and active ones with a
 * compromised key.
 */
export const everyCompromised = (facts: CompromiseFacts & { inventory: Inventory }): string[] => [
  ...new Set([
    ...[...compromiseOf(facts).ids].filter((id) => digestInId(id) === undefined),
    ...activeCompromised(facts).map(({ anchorId }) => anchorId),
  ]),
];

/**
 * Returns the keys that a request names as keys of CAs that were never uploaded, although uploaded anchors
 * have them. Leaves out the anchors that this request names by id, and those that are remembered as
 * compromised (I15).
 */
export function keysOfUploads({ request, keys = new Map(), compromised }: CompromiseFacts): KeyOfUploads[] {
  if (request.mode !== 'emergency') return [];
  const facts = { request: { ...request, keys: [] }, keys, compromised };
  return (request.keys ?? []).flatMap((digest) => {
    const having = [...keys].flatMap(([id, key]) => (key.digest === digest ? id : []));
    const anchorIds = having.filter((id) => !isCompromised(id, facts));
    return anchorIds.length > 0 ? [{ digest, anchorIds }] : [];
  });
}

type KeyOfUploads = { digest: string; anchorIds: string[] };

/** Returns the journal's emergencies in the form that the rules use. */
export const rememberedCompromise = (named: readonly CompromisedMemory[]): Compromised => ({
  ids: new Set(named.map(({ anchorId }) => anchorId)),
  keys: new Set(named.flatMap(({ keyDigest }) => keyDigest ?? [])),
  certifiedBy: new Map(
    named.flatMap(({ keyDigest, certifiedBy: ids = [], certifierKeys: keys = [] }) =>
      keyDigest ? [[keyDigest, { ids, keys }]] : [],
    ),
  ),
});
