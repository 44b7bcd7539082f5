import type { Scope } from '../lambdas/domain/anchor.ts';
import type { Chance } from '../simulation/chance/chance.ts';
import type { Ambush } from '../simulation/faults/fates.ts';
import type { FaultSchedule } from '../simulation/faults/fault-schedule.ts';
import type { Ports } from '../simulation/in-process/ports.ts';
import type { WireCall } from '../simulation/in-process/wire.ts';
import type { World } from '../simulation/in-process/world.ts';
import type { EventLog } from '../simulation/log/event-log.ts';
import type { Observer } from '../simulation/log/observer.ts';
import type { Timeline } from '../simulation/time/timeline.ts';
import type { Step } from './steps.ts';
import type { Frozen } from './stops/frozen.ts';
import type { createStopMarks } from './stops/stop-marks.ts';
import type { StopOf } from './stops/stopped-between.ts';
import type { createSleepers } from './story/sleepers.ts';

/** One run of a step in a process of its own. A dead process neither sends nor receives anything. */
export type Invocation = {
  readonly id: number;
  readonly address: string;
  readonly step: string;
  readonly execution: string;
  dead: boolean;
  /** Whether its caller still waits for its answer. */
  awaited: boolean;
  /** Ends the process. Its caller gets this error. */
  die(error: string): void;
};

export type LambdaOptions = {
  world: World;
  timeline: Timeline;
  faultSchedule: FaultSchedule;
  eventLog: EventLog;
  observer: Observer;
  steps: Readonly<Record<string, Step>>;
  /** A place to plant a bug: returns the ports that an invocation gets instead of its own. */
  plant?: ((ports: Ports, invocation: Invocation, input: unknown) => Ports) | undefined;
  /** Each step's timeout in seconds. */
  timeouts: Readonly<Record<string, number>>;
  /** A call in the words of the scenario: it names a leaf instead of giving its fingerprint. */
  named: (call: WireCall) => WireCall;
  /** The anchors that are on hold now. */
  hold: () => readonly string[];
  running: (execution: string) => boolean | null;
  kill: (execution: string, why: string) => void;
  stopOf: StopOf;
  frozen: Frozen;
  /** Whether a task's run gets a stop mark there, so that no other scope of it begins. */
  markOf: ReturnType<typeof createStopMarks>;
  /** The error of a step's call at a time (Unix seconds), when its function is asleep. */
  sleepOf: ReturnType<typeof createSleepers>;
  /**
   * An outsider or an emergency acts while a call is on its way, if there is one. A leak is an emergency over
   * the anchor that this call moves a client onto.
   */
  meanwhile: (who: 'outsider' | 'emergency' | 'leak', chance: Chance, call?: WireCall) => void;
  /** Stages what the clients of compromised anchors lack, and starts a run. */
  relieve: () => void;
  /** An outsider acts when a scope has just been cut, or is being looked at for an unconfirmed cut. */
  ambush: (scope: Scope | undefined, ambush: Ambush, successor?: string) => void;
};
