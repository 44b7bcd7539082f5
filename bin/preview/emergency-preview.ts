import { activeIds, type Inventory, ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { Blocked } from '../../lambdas/domain/plan-document/blocked.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { ScopePlan } from '../../lambdas/domain/plan-document/scope-plan.ts';
import { SCOPES_AT_ONCE } from '../../lambdas/domain/planning/waves.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import type { Ca } from '../execution/ca-keys.ts';
import type { Called } from './counted.ts';
import type { Read } from './what-was-read.ts';

/** What an emergency that starts now would do, which clients are in its way, and what it takes. */
export type EmergencyPreview = {
  /** The anchors that it names. */
  anchors: string[];
  /** The keys of CAs that it names, by SHA-256, with the certificates from which they were read. */
  keys: Ca[];
  /** How many scopes it would cut. The plan's `waves` names them, and `blocked` what stays. */
  scopes: number;
  /**
   * Clients by name: those that are moved to their staged leaf, and those in the way of a cut. `unknown` says
   * why the secrets could not be read.
   */
  clients: { moved: string[]; notReady: string[] } | { unknown: string };
  /** Calls of the certificates API, including Plan's own listings. Probes and retries are not counted. */
  apiCalls: number;
  /** Seconds from its start to the confirmation of the last cut, when nothing has to be retried. */
  seconds: number;
};

type Emergency = Extract<Request, { mode: 'emergency' }>;

/** Previews an emergency from its plan, from what was listed for it, and from how long a call takes now. */
export function emergencyPreview(
  plan: Pick<Plan, 'waves' | 'promotions' | 'blocked'>,
  { anchors }: Emergency,
  {
    facts: { inventory },
    leaves,
    called,
    listedFirst,
    cas = [],
  }: Pick<Read, 'leaves' | 'called'> & {
    facts: { inventory: Inventory };
    /** The projects that the run lists before it decides. */
    listedFirst: 'all' | readonly string[];
    cas?: readonly Ca[] | undefined;
  },
): EmergencyPreview {
  const scopes = plan.waves.flatMap((wave) => wave.scopes);
  const listings = listingsOf(scopes, inventory, listedFirst);
  return {
    anchors: [...anchors],
    keys: [...cas],
    scopes: scopes.filter(isCut).length,
    clients: leaves === 'read' ? clientsOf(plan, scopes) : leaves,
    apiCalls: apiCallsOf(scopes, inventory, { ...listings, read: called.calls, named: anchors.length }),
    seconds: secondsOf(scopes.length, { ...called, ...listings }),
  };
}

const isCut = ({ successions }: ScopePlan): boolean => successions.some(({ held }) => !held);

function clientsOf({ promotions, blocked }: Pick<Plan, 'promotions' | 'blocked'>, scopes: ScopePlan[]) {
  const moved = [...promotions, ...scopes.flatMap((one) => one.promotions ?? [])];
  return {
    moved: [...new Set(moved.map(({ client }) => client))].sort(),
    notReady: [...new Set(blocked.flatMap(namedIn))].sort(),
  };
}

const namedIn = ({ client, clients = [] }: Blocked): string[] => [...(client ? [client] : []), ...clients];

/**
 * `first`: how many projects Plan lists before it decides. `spared`: how many projects' own listing then
 * shows nothing to cut.
 */
type Listings = { first: number; spared: number };

function listingsOf(
  scopes: readonly ScopePlan[],
  { projects }: Inventory,
  listedFirst: 'all' | readonly string[],
): Listings {
  if (listedFirst === 'all') return { first: projects.length, spared: 0 };
  const looked = new Set([...listedFirst, ...scopes.map(({ scope }) => scope)]);
  const spared = projects.filter(({ projectId }) => !looked.has(projectId));
  return { first: listedFirst.length, spared: spared.length };
}

/**
 * Counts the API calls of the run. Plan looks up each named anchor, reads what this preview read, and the run
 * reads the audit log once at its end. This preview listed every project, which Plan does not. A scope is
 * listed before and after each change (I7). It is listed once when the successor is already active, or when
 * it has nothing to cut.
 */
function apiCallsOf(
  scopes: readonly ScopePlan[],
  inventory: Inventory,
  { read, named, first, spared }: Listings & { read: number; named: number },
): number {
  const ofScopes = scopes.map((one) => (isActivated(one, inventory) ? 3 : 1) + (isCut(one) ? 3 : 0));
  const ofPlan = read - inventory.projects.length + first + named + 1;
  return ofPlan + spared + ofScopes.reduce((sum, calls) => sum + calls, 0);
}

function isActivated({ scope, successions }: ScopePlan, { organization, projects }: Inventory): boolean {
  const own = projects.find(({ projectId }) => projectId === scope)?.anchors ?? [];
  const active = new Set(activeIds(scope === ORGANIZATION ? organization : own));
  return successions.some(({ successor }) => !active.has(successor));
}

/**
 * Seconds for cold starts, the start of the Map run, Plan, and what comes after the last cut, as the bench
 * measured them.
 */
const FIXED_SECONDS = 14;
/**
 * The time of one scope: six API calls, four probes that take half as long again, and seconds that functions
 * and AWS take beside them.
 */
const [CALLS_IN_TURN, OTHERWISE] = [6 + 4 * 1.5, 0.7];
/** Seconds of a scope that has nothing to cut, besides its one call. */
const SPARED = 0.4;
/** How many projects Plan lists at the same time in an emergency. */
const LISTED_AT_ONCE = 100;

function secondsOf(scopes: number, { secondsEach, first, spared }: Called & Listings): number {
  const ofOne = CALLS_IN_TURN * secondsEach + OTHERWISE;
  const survey = (first * secondsEach) / LISTED_AT_ONCE;
  const atOnce = (scopes * ofOne + spared * (secondsEach + SPARED)) / SCOPES_AT_ONCE;
  return Math.round(FIXED_SECONDS + survey + atOnce);
}
