import { activeIds, type Inventory, type Scope, scopesOf } from '../anchor.ts';
import { type ClientFacts, leafIn } from '../client.ts';
import type { CompromisedMemory } from '../memory/journal.ts';
import { oncePer } from '../once.ts';
import type { Blocked } from '../plan-document.ts';
import type { Request } from '../request.ts';

/** What is known of an anchor's public key: its digest, and those of the keys that it has signed certificates for (I15). */
export type AnchorKey = { digest: string; vouchesFor: readonly string[] };

/** What is remembered of emergencies: ids as they were named, and digests of keys as soon as they are read. */
export type Compromised = { ids: ReadonlySet<string>; keys: ReadonlySet<string> };

/** What decides whether an anchor is compromised. Where no key could be read, its id alone tells. */
export type CompromiseFacts = {
  request: Request;
  keys?: ReadonlyMap<string, AnchorKey> | undefined;
  /** Anchors for whose certificate the API had no answer. */
  unanswered?: ReadonlySet<string> | undefined;
  compromised?: Compromised | undefined;
};

/** Ids that this request or an earlier emergency named, and the digests of their keys and of those remembered. */
const compromiseOf = oncePer(({ request, keys, compromised }: CompromiseFacts): Compromised => {
  const ids = new Set([
    ...(compromised?.ids ?? []),
    ...(request.mode === 'emergency' ? request.anchors : []),
  ]);
  const named = [...ids].flatMap((id) => keys?.get(id)?.digest ?? []);
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
const vouchingIn = oncePer((facts: CompromiseFacts & Holders): ReadonlySet<string> => {
  const { clients = [], absent = [], witnesses = [], keys = new Map<string, AnchorKey>() } = facts;
  const compromised = compromiseOf(facts).keys;
  if (compromised.size === 0) return new Set();
  const carried = [...clients, ...absent, ...witnesses].flatMap(({ running, staged, previous }) =>
    [running, staged, previous].flatMap((held) => leafIn(held)?.carries ?? []),
  );
  const sent = carried.flatMap(({ keyDigest, vouchedBy }) => (compromised.has(keyDigest) ? vouchedBy : []));
  const uploaded = [...keys].filter(([, { vouchesFor }]) => vouchesFor.some((key) => compromised.has(key)));
  const vouching = new Set([...sent, ...uploaded.map(([anchorId]) => anchorId)]);
  return new Set([...vouching].filter((id) => !isCompromised(id, facts)));
});

/** True for an anchor that is not compromised, and has signed a certificate for a key that is (I15). */
export const isVouching = (anchorId: string, facts: CompromiseFacts & Holders): boolean =>
  vouchingIn(facts).has(anchorId);

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

/** An anchor, and every scope where it is active. */
type ActiveAnchor = { anchorId: string; scopes: Scope[] };

/** The active anchors that a rule picks. */
function activeWhere(inventory: Inventory, picks: (anchorId: string) => boolean): ActiveAnchor[] {
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

/** Ids of whatever is compromised: what was named, be it active or not, and what is active with such a key. */
export const everyCompromised = (facts: CompromiseFacts & { inventory: Inventory }): string[] => [
  ...new Set([...compromiseOf(facts).ids, ...activeCompromised(facts).map(({ anchorId }) => anchorId)]),
];

/** What is remembered, as the rules ask for it. */
export const rememberedCompromise = (named: readonly CompromisedMemory[]): Compromised => ({
  ids: new Set(named.map(({ anchorId }) => anchorId)),
  keys: new Set(named.flatMap(({ keyDigest }) => keyDigest ?? [])),
});

type LettingIn = CompromiseFacts & Holders & { inventory: Inventory };

/** Tells what is blocked and lets a compromised key in, or may: its anchors, what vouches for it, and what nobody can read. */
export function lettingIn(facts: LettingIn): (blocked: Pick<Blocked, 'anchor'>) => boolean {
  const suspects = new Set(suspectAnchors(facts).map(({ anchorId }) => anchorId));
  return ({ anchor }) => isCompromised(anchor, facts) || isVouching(anchor, facts) || suspects.has(anchor);
}

/** True when something that lets a compromised key in is among what is blocked, or may be. That is red however often it has been said (I15). */
export const concernsCompromise = (blocked: readonly Blocked[], facts: LettingIn): boolean =>
  facts.request.mode === 'emergency' || blocked.some(lettingIn(facts));
