import { activeIds, type Inventory, type Scope, scopesOf } from '../anchor.ts';
import type { CompromisedMemory } from '../memory/journal.ts';
import { digestInId, idOfKey } from '../memory/named-key.ts';
import { oncePer } from '../once.ts';
import type { Request } from '../request.ts';

/** What is known of an anchor's public key: its digest, and those of the keys that it has signed certificates for (I15). */
export type AnchorKey = { digest: string; vouchesFor: readonly string[] };

/** Anchors by their ids, and by what stays when they are uploaded again. */
type Certifiers = { ids: readonly string[]; keys: readonly string[] };

/** What is remembered of emergencies: ids as they were named, and digests of keys as soon as they are read. */
export type Compromised = {
  ids: ReadonlySet<string>;
  keys: ReadonlySet<string>;
  /** By the digest of a CA's key, the anchors that were seen to have certified it, and the digests of their own keys. */
  certifiedBy?: ReadonlyMap<string, Certifiers>;
};

/** What decides whether an anchor is compromised. Where no key could be read, its id alone tells. */
export type CompromiseFacts = {
  request: Request;
  keys?: ReadonlyMap<string, AnchorKey> | undefined;
  /** Anchors for whose certificate the API had no answer. */
  unanswered?: ReadonlySet<string> | undefined;
  compromised?: Compromised | undefined;
};

/** Ids that this request or an earlier emergency named, those of keys among them, and the digests of their keys and of those remembered. */
export const compromiseOf = oncePer(({ request, keys, compromised }: CompromiseFacts): Compromised => {
  const ids = new Set([
    ...(compromised?.ids ?? []),
    ...(request.mode === 'emergency' ? [...request.anchors, ...(request.keys ?? []).map(idOfKey)] : []),
  ]);
  const named = [...ids].flatMap((id) => keys?.get(id)?.digest ?? digestInId(id) ?? []);
  return { ids, keys: new Set([...(compromised?.keys ?? []), ...named]) };
});

/** The same of this request alone. */
const requestOf = oncePer(({ request, keys }: CompromiseFacts): CompromiseFacts => ({ request, keys }));

/** True for an anchor whose id or whose key is compromised: under whatever id, it is never trusted again (I15). */
export function isCompromised(anchorId: string, facts: CompromiseFacts): boolean {
  const { ids, keys } = compromiseOf(facts);
  const digest = facts.keys?.get(anchorId)?.digest;
  return ids.has(anchorId) || (digest !== undefined && keys.has(digest));
}

/** True for an anchor that has the key of one that this emergency names. */
export const isNamed = (anchorId: string, facts: CompromiseFacts): boolean =>
  facts.request.mode === 'emergency' && isCompromised(anchorId, requestOf(facts));

/** True for an anchor whose certificate could not be read: any leaf may lead to it, and any key be its own (I9). */
export const isUnread = (anchorId: string, { keys }: CompromiseFacts): boolean =>
  keys !== undefined && !keys.has(anchorId);

/** An anchor that is compromised itself as far as nobody can tell: some key is, and its own could not be read (I9). */
export const isSuspect = (anchorId: string, facts: CompromiseFacts): boolean =>
  isUnread(anchorId, facts) && compromiseOf(facts).keys.size > 0;

/** True for a named anchor whose key nobody has read, now or in an earlier run: any other anchor may have it (I9, I15). */
export const isKeyUnknown = (
  anchorId: string,
  facts: CompromiseFacts & { allowances?: readonly CompromisedMemory[] },
): boolean =>
  isUnread(anchorId, facts) &&
  compromiseOf(facts).ids.has(anchorId) &&
  !facts.allowances?.some((one) => one.anchorId === anchorId && one.keyDigest);

/** True where the API had no answer for the certificate: that passes by itself, and what is wrong with the certificate does not. */
export const isUnanswered = (anchorId: string, { unanswered }: CompromiseFacts): boolean =>
  unanswered?.has(anchorId) === true;

/** An anchor, and every scope where it is active. */
export type ActiveAnchor = { anchorId: string; scopes: Scope[] };

/** The active anchors that a rule picks. */
export function activeWhere(inventory: Inventory, picks: (anchorId: string) => boolean): ActiveAnchor[] {
  const active = new Map<string, Scope[]>();
  for (const { scope, anchors } of scopesOf(inventory))
    for (const anchorId of activeIds(anchors))
      if (picks(anchorId)) active.set(anchorId, [...(active.get(anchorId) ?? []), scope]);
  return [...active].map(([anchorId, scopes]) => ({ anchorId, scopes }));
}

/** Active anchors that may have a compromised key, since their own could not be read: unknown is no pass (I9, I15). */
export const suspectAnchors = (facts: CompromiseFacts & { inventory: Inventory }): ActiveAnchor[] =>
  activeWhere(facts.inventory, (id) => isSuspect(id, facts) && !isCompromised(id, facts));

/** Active anchors with a compromised key, held ones included (I15). */
export const activeCompromised = (facts: CompromiseFacts & { inventory: Inventory }): ActiveAnchor[] =>
  activeWhere(facts.inventory, (id) => isCompromised(id, facts));

/** Ids of anchors that are compromised: what was named, be it active or not, and what is active with such a key. */
export const everyCompromised = (facts: CompromiseFacts & { inventory: Inventory }): string[] => [
  ...new Set([
    ...[...compromiseOf(facts).ids].filter((id) => digestInId(id) === undefined),
    ...activeCompromised(facts).map(({ anchorId }) => anchorId),
  ]),
];

/**
 * The keys that a request names as those of CAs which were never uploaded, and that uploaded anchors have whom nobody has named: neither this request, nor what is
 * remembered (I15).
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

/** What is remembered, as the rules ask for it. */
export const rememberedCompromise = (named: readonly CompromisedMemory[]): Compromised => ({
  ids: new Set(named.map(({ anchorId }) => anchorId)),
  keys: new Set(named.flatMap(({ keyDigest }) => keyDigest ?? [])),
  certifiedBy: new Map(
    named.flatMap(({ keyDigest, certifiedBy: ids = [], certifierKeys: keys = [] }) =>
      keyDigest ? [[keyDigest, { ids, keys }]] : [],
    ),
  ),
});
