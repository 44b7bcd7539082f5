import { type Anchor, activeSetOf, type Inventory, readableOf, type Scope, scopesOf } from '../anchor.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import type { CutMemory, Memory } from '../memory/journal.ts';
import { oncePer } from '../once.ts';
import type { Policy } from '../policy.ts';
import type { AllowanceFacts } from './allowances.ts';

/**
 * A retiring anchor, the successor that takes its place, and every scope where the retiring one is active.
 */
export type Succession = {
  authority: string | null;
  retiring: Anchor;
  successor: Anchor;
  scopes: readonly Scope[];
  /** An earlier run has seen the successor let a witness in. This run only takes the successor back (F16). */
  widened?: boolean;
  /** The successor only outlives the retiring anchor, since nothing fit is there (rule 2). */
  stopgap?: boolean;
};

export type PlanningFacts = AllowanceFacts & {
  inventory: Inventory;
  policy: Policy;
  now: number;
  /**
   * Each client with its leaves. They decide between successors that are equally fit. Absent where nobody has
   * looked.
   */
  clients?: readonly ClientFacts[];
  /** Leaves that have to stay out, read as a client's are (F16). */
  witnesses?: readonly ClientFacts[];
  /** The hosts for every client that states none, where the deployment says them. */
  hosts?: readonly string[];
  memory?: Memory;
  /** Every authority that plans have seen an anchor under, by its id. */
  everCalled?: ReadonlyMap<string, readonly string[]>;
  /** The leaf that the admin credential itself presents, where it has one (F10). */
  admin?: LeafFacts;
  /** Another rotation has the lease: this plan only tells what could be done. */
  isLook?: boolean;
  /**
   * The number of the lease that this run has. It grows with each run, so that lines which have failed take
   * turns by it, however long each run takes.
   */
  turn?: number;
};

/**
 * Returns until when a leaf has to be valid so that a succession can rely on it, in Unix seconds (I19).
 * Without `client`: a leaf that is in use, which has to last through the soak of its run. With `client`: its
 * staged leaf. Where that client comes from another anchor, the leaf has to last through the whole soak that
 * its move begins. `from` is the time from which the client can be moved, where that is later than now.
 */
export type Lasting = (succession: Succession, client?: ClientFacts, from?: number) => number;

type Index = { anchors: ReadonlyMap<string, Anchor>; activeIn: ReadonlyMap<string, readonly Scope[]> };

/** Returns every anchor by id, and the scopes where each is active, the organization first. */
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

/** Returns anchors by their ids and names, in words. */
export function anchorsInWords(anchorIds: readonly string[], inventory: Inventory): string {
  const { anchors } = indexAnchors(inventory);
  return anchorIds.map((id) => `${id} (${anchors.get(id)?.name ?? 'no name'})`).join(' and ');
}

/** Returns the successions of each scope, in their order. */
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

/**
 * Returns the cut that an earlier run made in a scope, where nobody has confirmed it and the anchor is still
 * inactive.
 */
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
