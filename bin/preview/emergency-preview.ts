import { activeIds, type Inventory, ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { Blocked, Plan, ScopePlan } from '../../lambdas/domain/plan-document.ts';
import { SCOPES_AT_ONCE } from '../../lambdas/domain/planning/waves.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import type { Ca } from '../execution/ca-keys.ts';
import type { Called } from './counted.ts';
import type { Read } from './what-was-read.ts';

/** What an emergency that starts now would do, who would be in its way, and what it takes. */
export type EmergencyPreview = {
  /** The anchors that it names. */
  anchors: string[];
  /** The keys of CAs that it names, by their SHA-256, and the certificates that they were read from. */
  keys: Ca[];
  /** How many scopes it would cut; `waves` has which, and `blocked` what stays. */
  scopes: number;
  /** Clients by name: moved to their staged leaf, and in the way of a cut. Why nobody knows, where their secrets could not be read. */
  clients: { moved: string[]; notReady: string[] } | { unknown: string };
  /** Calls of the certificates API, its own listings with them; probes and retries are not counted. */
  apiCalls: number;
  /** From its start to the last cut's confirmation, where nothing has to be tried again. */
  seconds: number;
};

type Emergency = Extract<Request, { mode: 'emergency' }>;

/** The preview of an emergency by its plan, by what was listed for it, and by how long a call has taken just now. */
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

/** Projects that Plan lists before it decides, and those whose own listing then shows nothing to cut. */
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
 * Plan looks each named anchor up, reads what this preview has, which has listed every project, and looks at the audit log in the end. A scope is
 * listed before and after each change (I7), and once where the successor is active already, or where it has nothing to cut.
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

/** Functions that begin, the Map run's start, Plan, and what comes after the last cut; as the bench has it. */
const FIXED_SECONDS = 14;
/** Of one scope: six calls of the API, four probes, which take half as long again; and what its functions and AWS take beside. */
const [CALLS_IN_TURN, OTHERWISE] = [6 + 4 * 1.5, 0.7];
/** Of a scope that has nothing to cut, beside its one call. */
const SPARED = 0.4;
/** What Plan lists at the same time in an emergency. */
const LISTED_AT_ONCE = 100;

function secondsOf(scopes: number, { secondsEach, first, spared }: Called & Listings): number {
  const ofOne = CALLS_IN_TURN * secondsEach + OTHERWISE;
  const survey = (first * secondsEach) / LISTED_AT_ONCE;
  const atOnce = (scopes * ofOne + spared * (secondsEach + SPARED)) / SCOPES_AT_ONCE;
  return Math.round(FIXED_SECONDS + survey + atOnce);
}
