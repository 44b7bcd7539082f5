import { isValidAt, ORGANIZATION, ownListingIn } from '../anchor.ts';
import { isVouching } from '../blocked/vouching.ts';
import { type ClientFacts, type Holding, leafIn } from '../leaf/client-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import type { Plan } from '../plan-document/plan.ts';
import { isCompromised, isNamed, isUnread } from '../planning/compromise.ts';
import { indexAnchors } from '../planning/facts.ts';
import { plan } from '../planning/plan.ts';
import { assuming, withListings } from './assuming.ts';

type Facts = Parameters<typeof plan>[0];

/**
 * One in this many of the organization's clients has its project listed, where that may prove the
 * organization.
 */
const ONE_IN = 100;

/**
 * Returns the projects that an emergency has to list before anything is decided; or `all`. Every project that
 * is left to its own listing counts as having every named anchor active. For the projects that are not
 * returned, the share is the same whatever else they list: each of their clients leads only to the retiring
 * anchor and its successor, and is ready. Where no named anchor is active, their child leaves the scope as it
 * is (I16).
 */
export function toBeListed(facts: Facts): 'all' | string[] {
  const left = ownListingIn(facts.inventory);
  if (left.size === 0) return [];
  if (hasMoreToDecide(facts)) return 'all';
  const decided = plan(facts);
  const { successions, outside = [] } = decided;
  const pair = new Set(successions.flatMap(({ retiring, successor }) => [retiring, successor]));
  // With one successor a scope either goes as planned, or has nothing to do.
  const isOneWay = new Set(successions.map(({ successor }) => successor)).size === 1;
  if (!isOneWay || outside.length > 0) return 'all';
  const blocked = decided.blocked.map((one) => projectsOf(one, facts));
  if (blocked.some((projects) => projects.length === 0)) return 'all';
  const undecided = [
    ...blocked.flat(),
    ...hangingElsewhere(pair, facts),
    ...notAsPlanned(decided, left),
    ...provingTheOrganization(decided, left),
  ];
  return [...new Set(undecided)].filter((project) => left.has(project));
}

/**
 * Returns which projects an emergency would list first, for an organization that somebody has listed already.
 */
export function listedFirst(facts: Facts): 'all' | string[] {
  const { organization, projects } = facts.inventory;
  const unlisted = projects.map(({ projectId, name }) => ({
    projectId,
    name,
    anchors: [],
    ownListing: true as const,
  }));
  const inventory = assuming({ organization, projects: unlisted }, (id) => isNamed(id, facts));
  const wanted = toBeListed({ ...facts, inventory });
  if (wanted === 'all') return wanted;
  const isWanted = new Set(wanted);
  const read = projects.flatMap(({ projectId, anchors }) =>
    isWanted.has(projectId) ? [[projectId, anchors] as const] : [],
  );
  const known = withListings(inventory, new Map(read));
  return toBeListed({ ...facts, inventory: known }).length === 0 ? wanted : 'all';
}

/**
 * Whether every project has to be known, whichever clients are ready: a cut is unconfirmed, or an anchor is
 * held, unread, or vouches for the key.
 */
function hasMoreToDecide(facts: Facts): boolean {
  const { inventory, policy, request, now, memory } = facts;
  const { anchors } = indexAnchors(inventory);
  const isPlain = (anchorId: string): boolean => {
    const anchor = anchors.get(anchorId);
    if (!anchor || anchor.flaw || isUnread(anchorId, facts) || isVouching(anchorId, facts)) return false;
    if (!isCompromised(anchorId, facts)) return true;
    const isHeld = policy.hold.includes(anchorId);
    return isNamed(anchorId, facts) && !isHeld && (anchor.validAt ?? now) <= now;
  };
  const named = request.mode === 'emergency' ? request.anchors : [];
  const isUnconfirmed = (memory?.cuts.length ?? 0) + (memory?.leaving?.length ?? 0) > 0;
  return isUnconfirmed || ![...anchors.keys(), ...named].every(isPlain);
}

/** Returns the projects on which a blocked entry depends; empty where it is not of particular projects. */
function projectsOf({ scopes = [], client, clients = [], witness }: Blocked, facts: Facts): string[] {
  const names = new Set([client, witness, ...clients]);
  const people = [...facts.clients, ...(facts.absent ?? []), ...(facts.witnesses ?? [])];
  return [
    ...scopes.filter((scope) => scope !== ORGANIZATION),
    ...people.filter(({ name }) => names.has(name)).map(({ project }) => project),
  ];
}

/**
 * Returns the projects of clients and witnesses with a leaf that leads to another anchor as well, or to none,
 * or that could not be read.
 */
function hangingElsewhere(pair: ReadonlySet<string>, facts: Facts): string[] {
  const { anchors } = indexAnchors(facts.inventory);
  const isKnown = (holding: Holding): boolean => holding === null || leafIn(holding) !== null;
  const ways = (holding: Holding): string[] => {
    const { chainsTo = [], issuers = [] } = leafIn(holding) ?? {};
    return [...chainsTo, ...issuers];
  };
  const isOver = (id: string): boolean => {
    const anchor = anchors.get(id);
    return anchor !== undefined && !isValidAt(anchor, facts.now);
  };
  const isPlain = ({ running, staged, previous }: ClientFacts): boolean => {
    const now = [...ways(running), ...ways(staged)];
    if (![running, staged, previous].every(isKnown) || ways(running).length === 0) return false;
    // A client whose leaves lead to neither anchor of the pair does not concern this emergency.
    if (!now.some((id) => pair.has(id))) return true;
    // The previous leaf is only looked at for what has to be refused.
    return now.every((id) => pair.has(id)) && ways(previous).every((id) => pair.has(id) || isOver(id));
  };
  const isWitnessPlain = ({ running, staged }: ClientFacts): boolean =>
    [running, staged].every(isKnown) && [...ways(running), ...ways(staged)].every((id) => pair.has(id));
  return [
    ...facts.clients.filter((one) => !isPlain(one)),
    ...(facts.witnesses ?? []).filter((one) => !isWitnessPlain(one)),
  ].map(({ project }) => project);
}

/** Returns the projects in which not every cut goes, or that got no share. Their listing may tell why. */
function notAsPlanned({ waves, successions }: Plan, left: ReadonlySet<string>): string[] {
  const whole = new Set(
    waves
      .flatMap(({ scopes }) => scopes)
      .filter((one) => one.successions.length === successions.length)
      .filter((one) => one.successions.every(({ held, stranded = [] }) => !held && stranded.length === 0))
      .map(({ scope }) => scope),
  );
  return [...left].filter((project) => !whole.has(project));
}

/**
 * Returns the projects of a few of the organization's clients, where none proves it. That each may get in by
 * its own project is only assumed, and one listing may show otherwise (I8).
 */
function provingTheOrganization({ waves }: Plan, left: ReadonlySet<string>): string[] {
  const organization = waves.flatMap(({ scopes }) => scopes).find(({ scope }) => scope === ORGANIZATION);
  if (organization?.evidence !== 'listing') return [];
  const projects = [...new Set(organization.checks.map(({ project }) => project))];
  const enough = Math.ceil(projects.length / ONE_IN);
  const listed = projects.filter((project) => !left.has(project));
  return listed.length >= enough ? [] : projects.filter((project) => left.has(project)).slice(0, enough);
}
