import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import type { LeafFlaw } from '../certificates/material.ts';
import type { Regions } from '../certificates/regional-hosts.ts';
import type { RefusesAs } from '../certificates/token-exchange.ts';
import type { Broken } from '../in-process/world.ts';
import type { AnchorChoice } from '../world/anchor-choice.ts';

/**
 * Everything that one seed will simulate. Any part can be left out to make a failure
 * shorter. Times are Unix seconds.
 */
export type Scenario = {
  seed: number;
  start: number;
  /** From here on nothing goes wrong and nobody interferes. */
  calm: number;
  end: number;
  projects: readonly string[];
  hosts: readonly string[];
  /**
   * Projects that only one of the hosts answers, and which. The configuration states that host
   * for their clients and witnesses.
   */
  regions?: Regions;
  anchors: readonly ScenarioAnchor[];
  clients: readonly ScenarioClient[];
  /** Strangers whose leaves the filters of a line have to refuse (F16). */
  witnesses?: readonly ScenarioWitness[];
  /** How the token host says that mutual TLS refused a client. */
  refusesAs?: RefusesAs;
  /**
   * The leaf that the admin credential presents at first, where its calls present a client certificate (F10).
   */
  admin?: ScenarioLeaf;
  /** How hosts choose among a scope's anchors; by default the first activated first. */
  choice?: AnchorChoice;
  /** At how many places each host answers, each of which hears of a toggle by itself; one by default. */
  edges?: number;
  policy: Policy;
  /** Whether hosts do not say which project a key is of (F10). */
  areProjectsUntold?: boolean;
  /** The vendor's audit log: switched off, or late by seconds (F19). */
  auditLog?: { isOn: boolean; late: number };
  events: readonly ScenarioEvent[];
  /**
   * Whether somebody, once and right after a rotation's cut, stages what the clients of compromised
   * anchors lack, and starts a run.
   */
  isRelievedAtACut?: boolean;
  /**
   * How the first run that learns of a filter, after it has activated a successor, ends before its undo:
   * stopped by hand, or by a crash for good.
   */
  stopsBetween?: 'kill' | 'crash';
  /** How the first run ends that was to take something back everywhere. */
  stopsEverywhere?: 'kill' | 'crash';
  /**
   * The first run that comes to confirm a cut is stopped just before, and so many seconds later the owner of
   * this client goes back to the leaf before. With `isStopped` a person ends the run that comes for that cut.
   */
  goesBack?: { client: string; seconds: number; isStopped?: boolean };
  /** Whether a run's own executions for projects begin only when the organization's is over. */
  areProjectsBehind?: boolean;
  /**
   * The first run that begins so many scopes of a phase is marked so that no others
   * begin, as `windlass stop` marks it.
   */
  stopMark?: StopMark;
  faultRates: FaultRates;
};

/**
 * When a run is marked, and what follows. So many seconds later it is ended, `byAnother` where somebody stops
 * it in the console meanwhile. With `isOver`, somebody takes the mark back instead.
 */
export type StopMark = {
  phase: 'overlap' | 'cut';
  after: number;
  seconds: number;
  isOver: boolean;
  byAnother?: boolean;
};

/** An anchor, and the line and generation of its certificate. */
export type ScenarioAnchor = {
  id: string;
  name: string | null;
  line: string;
  generation: number;
  /** It has the name and key of the generation before. */
  renewed: boolean;
  validAt: number;
  expiresAt: number;
  activeIn: readonly Scope[];
  /** A CEL filter: which of the leaves that lead to it get in (F16). */
  filter?: string;
  /**
   * It has the key of another anchor: under a name of its own, or as that one's
   * very certificate uploaded again.
   */
  twin?: { of: string; isSame: boolean };
  /** Behind it in the upload stands the certificate by which it vouches for this other anchor's key. */
  bundled?: string;
  /** It is uploaded only later, by an event. */
  later?: boolean;
};

/** The leaf that a client has, by the anchor that it leads to. */
export type ScenarioLeaf = {
  anchor: string;
  flaw?: LeafFlaw | undefined;
  intermediate?: boolean;
  /** The client sends along the certificate by which this other anchor vouches for the leaf's own. */
  by?: string;
  /**
   * It is the very leaf that the client has below an intermediate of this other anchor. The leaf's own anchor
   * has certified that intermediate as well.
   */
  sameAs?: string;
  /** When it ends, or its intermediate does: Unix seconds. */
  until?: number;
  /** The client sends along a certificate that expired long ago, and that no path needs. */
  baggage?: boolean;
};
export type ScenarioClient = {
  name: string;
  project: string;
  /** The project of its API key, or of its service account, where that is not the configured one. */
  keyOf?: string;
  /** The authority that the configuration states. */
  authority?: string;
  running: ScenarioLeaf;
  staged: ScenarioLeaf | null;
  /** It has no API key (F17). */
  keyless?: boolean;
  /** Its service account does not exist, so it gets no token. */
  isUnmapped?: boolean;
};

/**
 * A stranger with leaves of a line's next generations, or of its old one until
 * the others arrive (Unix seconds).
 */
export type ScenarioWitness = {
  name: string;
  project: string;
  line: string;
  current: ScenarioLeaf;
  pending: ScenarioLeaf | null;
  arrives?: number;
};

/** What an emergency may do to clients and to proofs (I6). */
export type Allowed = Pick<Extract<Request, { mode: 'emergency' }>, 'leaveBehind' | 'onListing'>;

/** Something that somebody does at a time; `id` is its address when a failure is shrunk. */
export type ScenarioEvent = { id: string; at: number } & Deed;
export type Deed =
  /** `isUnplanned`: Lambda never runs its Plan, however often that is tried. */
  | { kind: 'run'; request: Request | Record<string, never>; isUnplanned?: boolean }
  /** `issuers`: it also names the keys of the CAs that have issued leaves below what it names. */
  | { kind: 'emergency'; allowed?: Allowed; issuers?: true }
  | { kind: 'upload'; anchor: string }
  /** Somebody stages a leaf as the next one, unless `stage` says otherwise. */
  | { kind: 'stage'; client: string; leaf: ScenarioLeaf; stage?: 'AWSCURRENT' }
  /**
   * A client's owner rotates its API key: the new key is made current beside the running leaf,
   * and stands beside all that is staged later. `keyOf` is the project of the new key, where
   * that is not the configured one.
   */
  | { kind: 'rotate'; client: string; keyOf?: string }
  | { kind: 'outsider'; deed: OutsiderDeed }
  /** Somebody takes back that an anchor is compromised, where that is remembered. */
  | { kind: 'retract'; anchor: string }
  /** Somebody stages what the clients of compromised anchors lack. */
  | { kind: 'relief' }
  /** Somebody gives an anchor the filter of its predecessor, or takes it away (`lost`) (F16). */
  | { kind: 'filter'; anchor: string; lost?: true }
  | { kind: 'witness'; witness: string; leaf: ScenarioLeaf; stage: 'AWSCURRENT' | 'AWSPENDING' }
  /** Somebody makes this anchor active there, if it is uploaded. */
  | { kind: 'trust'; anchor: string; scope: Scope }
  /** Somebody gives this anchor another name in the vendor's console, if it is uploaded. */
  | { kind: 'rename'; anchor: string; name: string }
  /** Somebody deletes this anchor, if the API allows it: it is active nowhere (F6). */
  | { kind: 'delete'; anchor: string }
  /** Somebody deactivates this anchor there, if it is active. */
  | { kind: 'distrust'; anchor: string; scope: Scope }
  | { kind: 'kill' }
  /**
   * An operator puts a certificate of the longest trusted anchor into the admin secret, or somebody puts one
   * of this anchor there, if that lets it in.
   */
  | { kind: 'admin'; anchor?: string }
  /** Another policy is deployed: from then on these anchors are on hold, and no others. */
  | { kind: 'hold'; hold: readonly string[] }
  /** Somebody breaks something, and mends it. */
  | { kind: 'trouble'; broken: Broken; until: number }
  /** What is down, for everybody or in one scope alone. */
  | { kind: 'outage'; ops: readonly string[]; until: number; scope?: Scope };

/** What somebody else may do; `empty` takes the last anchor of a scope too. */
export const outsiderDeeds = [
  'activate',
  'deactivate',
  'deactivate',
  'empty',
  'delete',
  'roll-back',
  'stage-again',
  'move',
] as const;
export type OutsiderDeed = (typeof outsiderDeeds)[number];

/** How often things go wrong, until it is calm. A rate is per call, or per invocation of a step. */
export type FaultRates = {
  /** A call of any port fails, one way or another. */
  fault: number;
  /** A call is slow: minutes. */
  slow: number;
  /** The step's process dies in the middle of a call. */
  crash: number;
  /** The execution is stopped in the middle of a call, which goes on all the same. */
  kill: number;
  /** Lambda does not run a step, or its answer is lost while it goes on. */
  unreachable: number;
  /** An outsider steps in just as a step begins. */
  outsider: number;
  /** Somebody acts while a change is on its way. */
  meanwhile: number;
  /** Somebody takes another anchor out right after a cut, and for hours something does not work. */
  ambush: number;
  /** By which factor every call takes longer than usual. */
  pace: number;
  /** Most seconds that a step's clock may be off. */
  skew: number;
  /** Most seconds until a toggle reaches a host, and the API's own listings. */
  propagation: { hosts: number; listings: number };
};
