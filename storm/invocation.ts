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
import type { createStopMarks } from './stops/stop-marks.ts';
import type { StopOf } from './stops/stopped-between.ts';
import type { createSleepers } from './story/sleepers.ts';

/** One run of a step in a process of its own. A dead process neither sends nor hears anything. */
export type Invocation = {
  readonly id: number;
  readonly address: string;
  readonly step: string;
  readonly execution: string;
  dead: boolean;
  /** Somebody still waits for its answer. */
  awaited: boolean;
  /** Ends the process: whoever waits for its answer is told this. */
  die(error: string): void;
};

export type LambdaOptions = {
  world: World;
  timeline: Timeline;
  faultSchedule: FaultSchedule;
  eventLog: EventLog;
  observer: Observer;
  steps: Readonly<Record<string, Step>>;
  /** A place to plant a bug: what an invocation gets in the place of its ports. */
  plant?: ((ports: Ports, invocation: Invocation, input: unknown) => Ports) | undefined;
  /** Each step's timeout in seconds. */
  timeouts: Readonly<Record<string, number>>;
  /** A call in the words of the scenario: a leaf by its name. */
  named: (call: WireCall) => WireCall;
  /** Anchors on hold by now. */
  hold: () => readonly string[];
  running: (execution: string) => boolean | null;
  kill: (execution: string, why: string) => void;
  stopOf: StopOf;
  /** Whether a task's run is marked there to begin no other scope. */
  markOf: ReturnType<typeof createStopMarks>;
  /** What a call of a step fails with at a time (Unix seconds) since its function sleeps. */
  sleepOf: ReturnType<typeof createSleepers>;
  /** Somebody acts, while a call is on its way where there is one: by a leak, an emergency over what that call moves a client onto. */
  meanwhile: (who: 'outsider' | 'emergency' | 'leak', chance: Chance, call?: WireCall) => void;
  /** Somebody stages what the clients of compromised anchors lack, and starts a run. */
  relieve: () => void;
  /** Somebody waits until a scope has been cut, or is looked at for a cut that nobody has confirmed. */
  ambush: (scope: Scope | undefined, ambush: Ambush, successor?: string) => void;
};
