import { clientListOf } from '../lib/configured.ts';
import { chanceAt } from '../simulation/chance/chance.ts';
import { createDeliveries } from '../simulation/faults/deliveries.ts';
import { createFaultSchedule } from '../simulation/faults/fault-schedule.ts';
import { deployClients } from '../simulation/in-process/clients.ts';
import { NEXT_SCHEDULE } from '../simulation/in-process/next-rotation.ts';
import type { WireCall } from '../simulation/in-process/wire.ts';
import type { Broken } from '../simulation/in-process/world.ts';
import type { EventLog } from '../simulation/log/event-log.ts';
import { createObserver, type Observer } from '../simulation/log/observer.ts';
import { createExecutions } from '../simulation/machine/executions.ts';
import { type Leaves, leavesOf } from '../simulation/organizations/leaves/scenario-leaves.ts';
import type { Scenario } from '../simulation/organizations/scenario.ts';
import { createTimeline } from '../simulation/time/timeline.ts';
import { createAdminSecret } from './admin-secret.ts';
import { happen, startEmergency } from './happen.ts';
import type { LambdaOptions } from './invocation.ts';
import { createLambda } from './invocations.ts';
import { createOutsiders } from './outsiders/outsiders.ts';
import { configuredIn, seedWorld, worldOf } from './seed-world.ts';
import { steps } from './steps.ts';
import { createFrozen } from './stops/frozen.ts';
import { createNeverReleased } from './stops/never-released.ts';
import { createStopMarks } from './stops/stop-marks.ts';
import { createStopsAfterACut } from './stops/stopped-after-a-cut.ts';
import { createStops } from './stops/stopped-between.ts';
import { createSleepers } from './story/sleepers.ts';
import { configured, type Synthesized } from './synthesized-machine.ts';

/**
 * A planted bug: other steps, other ports for some of them, or another answer to whether an execution runs.
 */
export type Plant = Partial<Pick<LambdaOptions, 'steps' | 'plant' | 'running'>>;

export type SeedOptions = {
  machine: Synthesized;
  /** Addresses of faults, events and interference that are left out. */
  without?: ReadonlySet<string>;
  planted?: Plant;
};

const DAY = 86_400;

/** Simulates one scenario from its start to its end, and returns everything that happened. */
export async function simulate(scenario: Scenario, options: SeedOptions): Promise<EventLog> {
  const { machine, planted, without = new Set<string>() } = options;
  const leaves = leavesOf(scenario);
  const eventLog: EventLog = [];
  const timeline = createTimeline(scenario.start * 1000);
  const now = () => Math.floor(timeline.now() / 1000);
  const note = (execution: string, address: string, fault: string) =>
    eventLog.push({ at: timeline.now(), what: 'fault', execution, invocation: 0, address, fault });
  const faultSchedule = createFaultSchedule(scenario, without);
  const deliveries = createDeliveries(scenario, without);
  const world = worldOf(scenario, now, faultSchedule.delayOf);
  const outsiders = createOutsiders(scenario, world, leaves);
  let isRelieved = false;
  seedWorld(scenario, world, outsiders, leaves.pems);

  const { look } = createObserver(scenario, world, eventLog, {
    timeline,
    scheduled: (at) => timeline.at(Date.parse(at), () => fireNext(at)),
  });
  const admin = createAdminSecret(scenario, world, leaves, { timeline, eventLog });
  const observer: Observer = {
    look(by) {
      look(by);
      admin.look();
    },
  };
  let { policy } = scenario;
  let definition = configured(machine, policy);
  const deployNamed = () => deployClients(world, clientListOf(configuredIn(scenario, world.broken)));
  deployNamed();
  const deploy = (hold: readonly string[]): void => {
    policy = { ...policy, hold: [...hold] };
    definition = configured(machine, policy);
    eventLog.push({ at: timeline.now(), what: 'hold', hold });
  };
  const executions = createExecutions({
    definition: () => definition,
    stepOf: machine.steps,
    jitterOf: faultSchedule.jitterOf,
    timeline,
    eventLog,
    objects: world.objects,
    shownAfter: shownAfterIn(scenario.seed),
    fateOf: (address) => faultSchedule.ofChild(address, now()),
    invoke: (task) => invoke(task),
    died(detail) {
      tellOfDeath(detail);
      const again = deliveries.toldAgainAfter(detail.executionArn, now());
      if (again === null) return;
      note(
        detail.executionArn,
        `${detail.executionArn} told again`,
        `its end is told again after ${again} s`,
      );
      timeline.at(timeline.now() + 1000 * again, () => tellOfDeath(detail));
    },
  });
  const stopBetween = createStops(scenario, without);
  const dieAtRelease = createNeverReleased(scenario, without);
  const stopAfterACut = createStopsAfterACut(scenario, without, ({ client, seconds }) =>
    timeline.at(timeline.now() + 1000 * seconds, () => {
      outsiders.goBack(client);
      observer.look('outsider');
    }),
  );
  const invoke = createLambda({
    ...{ world, timeline, faultSchedule, eventLog, observer, steps, timeouts: machine.timeouts },
    ...{ running: executions.running, kill: executions.kill, named: (call) => namedBy(leaves, call) },
    hold: () => policy.hold,
    stopOf: (...told) => stopBetween(...told) ?? dieAtRelease(...told) ?? stopAfterACut(...told),
    markOf: createStopMarks(scenario, without),
    sleepOf: createSleepers(scenario.seed),
    frozen: createFrozen(scenario.seed),
    ...planted,
    ambush(scope, { chance, ops, seconds, isKeyRefused }, successor) {
      outsiders.takeOut(scope, chance, successor);
      observer.look('outsider');
      faultSchedule.breakDown(ops, now(), seconds);
      if (!isKeyRefused) return;
      turn('admin key', false);
      timeline.at(1000 * Math.min(now() + seconds, scenario.calm), () => turn('admin key', true));
    },
    relieve() {
      if (isRelieved || !world.table.get('compromised')?.size) return;
      isRelieved = true;
      outsiders.relieve();
      observer.look('outsider');
      executions.start({ mode: 'manual', reason: 'what was missing is staged' }, 'run');
    },
    meanwhile(who, chance, call) {
      if (who === 'outsider') outsiders.interfere(chance);
      else {
        const toCome = who === 'leak' ? movedOnto(call) : aboutToTakeOver(call);
        startEmergency(chance, { outsiders, executions }, toCome);
      }
      observer.look('outsider');
    },
  });

  /**
   * The anchors that an emergency during a call may name: those that the call activates, or those that are to
   * take over from the ones that it cuts.
   */
  function aboutToTakeOver(call: WireCall | undefined): string[] {
    const { op, scope, about = '' } = call ?? {};
    const anchorIds = about.split(' in ')[0]?.split(' ') ?? [];
    if (op === 'activate') return anchorIds;
    return op === 'deactivate' && scope ? outsiders.stageOld(scope, anchorIds) : [];
  }

  /** The anchor that a call moves a client onto. The call names the secret. */
  const movedOnto = ({ about = '' }: Partial<WireCall> = {}): string[] =>
    outsiders.stagedFor(about.split(' ')[1] ?? '');

  /**
   * Starts the machine as EventBridge would, unless the schedule has changed since. A schedule that is to be
   * deleted after it fired is deleted at once, or within two minutes.
   */
  function fireNext(at: string): void {
    if (world.schedules.times()[NEXT_SCHEDULE] !== at) return;
    const request = world.schedules.requestOf(NEXT_SCHEDULE);
    const { isToBeDeleted } = world.schedules.fire(NEXT_SCHEDULE);
    const remove = () => {
      world.schedules.remove(NEXT_SCHEDULE);
      observer.look('outsider');
    };
    const late = chanceAt(scenario.seed, `${at} deleted`);
    const seconds = late.happens(0.3) ? late.between(0, 120) : 0;
    if (isToBeDeleted && seconds === 0) remove();
    else if (isToBeDeleted) timeline.at(timeline.now() + 1000 * seconds, remove);
    observer.look('outsider');
    startAsDelivered(at, () => executions.start(request, 'next'));
  }

  /** Lets a schedule start a run as often and as late as Scheduler does. */
  function startAsDelivered(schedule: string, start: () => void): void {
    const starts = deliveries.startsOf(schedule, now());
    if (starts.join() !== '0')
      note(schedule, `${schedule} starts`, `a schedule starts its run after ${starts.join(' s and ')} s`);
    for (const late of starts)
      if (late === 0) start();
      else timeline.at(timeline.now() + 1000 * late, start);
  }

  /**
   * Tells Release of a dead run. EventBridge calls it within seconds. When that fails, Lambda calls it twice
   * more, one minute and two minutes later.
   */
  function tellOfDeath(detail: { executionArn: string }, waits = [2, 60, 120]): void {
    const [seconds, ...left] = waits;
    if (seconds === undefined) return;
    const task = {
      execution: detail.executionArn,
      state: 'After a run that died',
      step: 'release',
      input: { detail },
    };
    timeline.at(timeline.now() + 1000 * seconds, () => invoke(task).catch(() => tellOfDeath(detail, left)));
  }

  function turn(broken: Broken, mended: boolean): void {
    if (mended) world.broken.delete(broken);
    else world.broken.add(broken);
    if (broken.startsWith('unnamed ')) deployNamed();
    eventLog.push({ at: timeline.now(), what: 'trouble', broken, mended });
  }

  observer.look('setup');
  for (let at = scenario.start + 60, day = 1; at < scenario.end; at += DAY, day++)
    if (!without.has(`sweep ${day}`))
      timeline.at(at * 1000, () => startAsDelivered(`sweep ${day}`, () => executions.start({}, 'sweep')));
  for (const event of scenario.events) {
    if (event.kind === 'trouble') {
      timeline.at(event.at * 1000, () => turn(event.broken, false));
      timeline.at(event.until * 1000, () => turn(event.broken, true));
      continue;
    }
    timeline.at(event.at * 1000, () => {
      const { organization } = world;
      const chance = chanceAt(scenario.seed, event.id);
      happen(event, chance, { admin, outsiders, executions, deploy, organization });
      observer.look('outsider');
    });
  }
  await timeline.run(scenario.end * 1000);
  return eventLog;
}

/** Replaces the fingerprint in a client's call by the leaf's name. */
function namedBy(leaves: Leaves, call: WireCall): WireCall {
  if (call.op !== 'probe' && call.op !== 'exchange') return call;
  const [host, leaf = ''] = call.about?.split(' ') ?? [];
  return { ...call, about: `${host} ${leaves.nameOf(leaf) ?? leaf}` };
}

/** How many seconds a new execution stays invisible: in one seed of four, up to two minutes. */
function shownAfterIn(seed: number): number {
  const chance = chanceAt(seed, 'new executions');
  return chance.next() < 0.25 ? Math.round(120 * chance.next()) : 0;
}
