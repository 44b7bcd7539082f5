import { activeIds, type Inventory, ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { Blocked, Plan, ScopePlan } from '../../lambdas/domain/plan-document.ts';
import { SCOPES_AT_ONCE } from '../../lambdas/domain/planning/waves.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import type { Called } from './counted.ts';
import type { Read } from './what-was-read.ts';

/** What an emergency that starts now would do, who would be in its way, and what it takes. */
export type EmergencyPreview = {
  /** The anchors that it names. */
  anchors: string[];
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
  }: Pick<Read, 'leaves' | 'called'> & {
    facts: { inventory: Inventory };
    /** The projects that the run lists before it decides. */
    listedFirst: 'all' | readonly string[];
  },
): EmergencyPreview {
  const scopes = plan.waves.flatMap((wave) => wave.scopes);
  return {
    anchors: [...anchors],
    scopes: scopes.filter(isCut).length,
    clients: leaves === 'read' ? clientsOf(plan, scopes) : leaves,
    apiCalls: apiCallsOf(scopes, inventory, listedFirst) + called.calls + anchors.length + 1,
    seconds: secondsOf(scopes, inventory, { ...called, listedFirst }),
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
 * Beside this, Plan looks each named anchor up, reads what this preview has, and looks at the audit log in the end. A scope is listed
 * before and after each change (I7), and once where the successor is active already, or where it has nothing to cut.
 */
function apiCallsOf(
  scopes: readonly ScopePlan[],
  { organization, projects }: Inventory,
  listedFirst: 'all' | readonly string[],
): number {
  const ofScopes = scopes.map(
    (one) => (isActivated(one, { organization, projects }) ? 3 : 1) + (isCut(one) ? 3 : 0),
  );
  const calls = ofScopes.reduce((sum, ofOne) => sum + ofOne, 0);
  if (listedFirst === 'all') return calls;
  const spared = sparedOf(scopes, { organization, projects }, listedFirst);
  // This preview has listed every project.
  return calls + spared.length + listedFirst.length - projects.length;
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

function secondsOf(
  scopes: readonly ScopePlan[],
  inventory: Inventory,
  { secondsEach, listedFirst }: Called & { listedFirst: 'all' | readonly string[] },
): number {
  const ofOne = CALLS_IN_TURN * secondsEach + OTHERWISE;
  const isAll = listedFirst === 'all';
  const listed = isAll ? inventory.projects.length : listedFirst.length;
  const spared = isAll ? 0 : sparedOf(scopes, inventory, listedFirst).length * (secondsEach + SPARED);
  const survey = (listed * secondsEach) / LISTED_AT_ONCE;
  return Math.round(FIXED_SECONDS + survey + (scopes.length * ofOne + spared) / SCOPES_AT_ONCE);
}

/** Projects whose own listing shows nothing to cut. */
function sparedOf(
  scopes: readonly ScopePlan[],
  { projects }: Inventory,
  listedFirst: readonly string[],
): Inventory['projects'] {
  const concerned = new Set(scopes.map(({ scope }) => scope));
  return projects.filter(({ projectId }) => !concerned.has(projectId) && !listedFirst.includes(projectId));
}
