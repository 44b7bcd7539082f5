import { type Anchor, activeSetOf, type Inventory, readableOf, type Scope, scopesOf } from '../anchor.ts';
import type { ClientFacts, LeafFacts } from '../client.ts';
import type { CutMemory, Memory } from '../memory/journal.ts';
import { oncePer } from '../once.ts';
import type { Policy } from '../policy.ts';
import type { AllowanceFacts } from './allowances.ts';

/** A retiring anchor, the successor that takes its place, and every scope where the retiring one is active. */
export type Succession = {
  authority: string | null;
  retiring: Anchor;
  successor: Anchor;
  scopes: readonly Scope[];
  /** An earlier run has seen the successor let in who has to stay out, and this one only takes it back (F16). */
  widened?: boolean;
  /** The successor only outlives the retiring anchor, and nothing fit is there (rule 2). */
  stopgap?: boolean;
};

export type PlanningFacts = AllowanceFacts & {
  inventory: Inventory;
  policy: Policy;
  now: number;
  /** Who runs on what: decides between successors that are fit alike. Absent where nobody has looked. */
  clients?: readonly ClientFacts[];
  /** Leaves that have to stay out, read as a client's are (F16). */
  witnesses?: readonly ClientFacts[];
  /** The hosts that are asked for whoever states none, where the deployment says them. */
  hosts?: readonly string[];
  memory?: Memory;
  /** What the admin credential itself presents, where it does (F10). */
  admin?: LeafFacts;
  /** Another rotation has the lease: this plan only tells what could be done. */
  isLook?: boolean;
};

/**
 * Until when a leaf has to be valid for a succession to rely on it, in Unix seconds (I19): what anybody runs on, or renews, through the soak of its run; and what
 * is staged for this client, where it comes from anything else, through the whole soak that its move begins, `from` a later time on where it can be moved only then.
 */
export type Lasting = (succession: Succession, client?: ClientFacts, from?: number) => number;

type Index = { anchors: ReadonlyMap<string, Anchor>; activeIn: ReadonlyMap<string, readonly Scope[]> };

/** Every anchor by id, and the scopes each is active in, the organization first. */
export const indexAnchors = oncePer(newIndex);

function newIndex(inventory: Inventory): Index {
  const anchors = new Map<string, Anchor>();
  const activeIn = new Map<string, Scope[]>();
  for (const { scope, anchors: listing } of scopesOf(inventory)) {
    for (const anchor of listing) {
      anchors.set(anchor.anchorId, readableOf(anchors.get(anchor.anchorId), anchor));
      if (!anchor.active) continue;
      const scopes = activeIn.get(anchor.anchorId);
      if (scopes) scopes.push(scope);
      else activeIn.set(anchor.anchorId, [scope]);
    }
  }
  return { anchors, activeIn };
}

/** Anchors by their ids and names. */
export function anchorsInWords(anchorIds: readonly string[], inventory: Inventory): string {
  const { anchors } = indexAnchors(inventory);
  return anchorIds.map((id) => `${id} (${anchors.get(id)?.name ?? 'no name'})`).join(' and ');
}

/** The successions of each scope, in their order. */
export const successionsByScope = oncePer(
  (rotating: readonly Succession[]): ReadonlyMap<Scope, readonly Succession[]> => {
    const byScope = new Map<Scope, Succession[]>();
    for (const one of rotating)
      for (const scope of one.scopes) {
        const here = byScope.get(scope);
        if (here) here.push(one);
        else byScope.set(scope, [one]);
      }
    return byScope;
  },
);

/** The cut that an earlier run has made in a scope, that nobody has confirmed, and that stands. */
export const unconfirmedIn = (
  scope: Scope,
  { retiring }: Pick<Succession, 'retiring'>,
  { inventory, memory }: Pick<PlanningFacts, 'inventory' | 'memory'>,
): CutMemory | undefined =>
  activeSetOf(inventory, scope).has(retiring.anchorId)
    ? undefined
    : memory?.cuts.find((cut) => cut.scope === scope && cut.retiring === retiring.anchorId);

/** The moment from which an anchor is due (rule 1), in Unix seconds. */
export const dueAt = (anchor: Anchor, policy: Policy): number => anchor.expiresAt - policy.leadTime;
