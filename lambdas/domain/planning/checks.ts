import type { Scope } from '../anchor.ts';
import { asChecked } from '../client.ts';
import { isOver } from '../cut/over.ts';
import { onlyBefore } from '../cut/suspects.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { isLeafOf } from '../leaf/leaf-facts.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import { allowedFor, mayGoByListing } from './allowances.ts';
import { isCompromised } from './compromise.ts';
import { otherIssuers } from './direct-path.ts';
import { type Lasting, type PlanningFacts, type Succession, unconfirmedIn } from './facts.ts';
import { reaching } from './reach.ts';
import { provingAtTheCut } from './readiness/moves.ts';
import type { TrustedAfter } from './trust-after-cut.ts';

/**
 * A check with two facts. `isIndependent`: the client can get in only by this succession's successor in this
 * scope (I8). `over`: the chain that the client runs on, where that has expired.
 */
export type Check = { check: ClientCheck; isIndependent: boolean; over?: string };

/**
 * Returns the checks that prove one succession in one scope. There is one for each client that reaches the
 * scope and has a leaf that Plan saw leading to the successor. A client that this run moves is checked by its
 * staged leaf only, since it runs on that by the time of the cut.
 */
export function checksFor(
  succession: Succession,
  scope: Scope,
  clients: readonly ClientFacts[],
  around: {
    trustedAfter: TrustedAfter;
    inOverlap: (project: string, scope: Scope) => readonly { scope: Scope; anchorId: string }[];
    moved: ReadonlySet<string>;
    lasting: Lasting;
    facts: PlanningFacts;
    /** True for an anchor whose certificate could not be read: any leaf may lead to it (I9). */
    isUnread: (anchorId: string) => boolean;
  },
): Check[] {
  const { trustedAfter, inOverlap, moved, facts, isUnread } = around;
  const successor = succession.successor.anchorId;
  return reaching(clients, scope).flatMap((client) => {
    const leaf = provingAtTheCut(client, succession, around, facts);
    if (!leaf) return [];
    const { usable } = trustedAfter(client.project, scope);
    const old = [client.running, client.previous].map(leafIn).find(
      (one) =>
        one &&
        // A leaf that no TLS stack loads, or no host takes, is refused whatever is trusted. Its refusal
        // proves nothing.
        one.problems.length === 0 &&
        leadsTo(one, succession.retiring.anchorId) &&
        !one.chainsTo.some((id) => usable.has(id)),
    );
    const check: ClientCheck = {
      ...asChecked(client),
      successor,
      leaf: leaf.fingerprint,
      chain: leaf.chain,
    };
    const issuers = otherIssuers(leaf, client.project, succession, facts).map(({ anchorId }) => anchorId);
    const isAsked = moved.has(client.name) || issuers.includes(succession.retiring.anchorId);
    const isByAnother = inOverlap(client.project, scope).some(
      (way) =>
        (leadsTo(leaf, way.anchorId) || isUnread(way.anchorId)) &&
        !(way.scope === scope && way.anchorId === successor),
    );
    // While a cut is unconfirmed, hosts may still trust the retiring anchor. A leaf that leads to it as well
    // may get in by it.
    const isByWhatIsCut =
      leadsTo(leaf, succession.retiring.anchorId) && unconfirmedIn(scope, succession, facts) !== undefined;
    const isIndependent = !isByAnother && !isByWhatIsCut;
    const before = leafIn(isLeafOf(leafIn(client.running), check) ? client.previous : client.running);
    const backTo = onlyBefore(leaf, before).filter((id) => id !== succession.retiring.anchorId);
    const whole: ClientCheck = {
      ...check,
      ...(old && { retiringLeaf: old.fingerprint, retiringChain: old.chain }),
      ...(issuers.length > 0 && !isAsked && { issuers }),
      backTo,
    };
    const over = isOver(client, facts) ? leafIn(client.running)?.chain : undefined;
    return [{ check: whole, isIndependent, ...(over !== undefined && { over }) }];
  });
}

/**
 * Leaves out the checks that must not judge an unconfirmed cut. A client that got in nowhere right before
 * that cut is not outside because of it (I17). Its check stays where its leaf was staged since, which may get
 * in. Where no check would be left, all stay, since somebody has to prove each succession (I8).
 */
export function withoutOutside(
  checks: readonly Check[],
  scope: Scope,
  succession: Succession,
  facts: PlanningFacts & { clients: readonly ClientFacts[] },
): readonly Check[] {
  const { outside = [] } = unconfirmedIn(scope, succession, facts) ?? {};
  if (outside.length === 0) return checks;
  const running = new Map(facts.clients.map((client) => [client.name, leafIn(client.running)?.chain]));
  const judged = checks.filter(
    ({ check: { client, chain } }) => !outside.includes(client) || running.get(client) !== chain,
  );
  return judged.length > 0 ? judged : checks;
}

/**
 * Marks which failures of these checks halt nothing, where the retiring anchor is compromised (I6). A client
 * that may be left behind is excused, unless it is the only proof of the scope and nobody allowed the listing
 * there. Listing by policy (`listingScopes`) excuses no silence: an emergency skips only what its request
 * names. A client whose leaf has expired loses nothing by the cut, so its silence is excused where another
 * client proves the scope as well as it could (I17).
 */
export function withExcuses(
  checks: readonly Check[],
  scope: Scope,
  { retiring: { anchorId } }: Succession,
  facts: PlanningFacts,
): Check[] {
  if (!isCompromised(anchorId, facts)) return [...checks];
  const { leaveBehind, onListing } = allowedFor(anchorId, facts);
  const isLeft = ({ check }: Check): boolean => leaveBehind.has(check.client);
  const goesByListing = facts.policy.evidence === 'listing' || mayGoByListing(scope, anchorId, facts);
  const isFree = goesByListing || !checks.every(isLeft);
  const isElseProven = (one: Check): boolean =>
    checks.some(
      (other) => !isLeft(other) && other.over === undefined && (other.isIndependent || !one.isIndependent),
    );
  return checks.map((one): Check => {
    if (isFree && isLeft(one)) return saying(one, { excused: 'anything' });
    if (one.over !== undefined && isElseProven(one))
      return saying(one, { excused: 'silence', outlived: one.over });
    return onListing(scope) ? saying(one, { excused: 'silence' }) : one;
  });
}

/** Returns the same check, marked where another anchor lets its leaf in as well (I8). */
export const tellingOthers = (one: Check): Check =>
  one.isIndependent ? one : saying(one, { byOthers: true });

const saying = (one: Check, more: Partial<ClientCheck>): Check => ({
  ...one,
  check: { ...one.check, ...more },
});
