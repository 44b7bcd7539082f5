import type { Scope } from '../lambdas/domain/anchor.ts';
import { numbered } from '../simulation/chance/numbered.ts';
import { inProcessPorts, type Ports } from '../simulation/in-process/ports.ts';
import { STOPPED } from '../simulation/log/event-log.ts';
import { withWholePlan } from '../simulation/log/whole-plan.ts';
import { StateFailure } from '../simulation/machine/state-failure.ts';
import type { StopMark } from '../simulation/organizations/scenario.ts';
import type { Timeline } from '../simulation/time/timeline.ts';
import { passTime, toldOf, wireOf } from './faulty-wire.ts';
import type { Invocation, LambdaOptions } from './invocation.ts';
import { markStopped } from './stops/stop-marks.ts';

/**
 * The reason for killing a run between a change and what was to follow it: an activation and its undo, or a cut
 * and its confirmation.
 */
const BETWEEN = 'stopped in the middle of a scope';

/**
 * The reason for killing a run that one person stops in the console, while another waits for a moment at
 * which every scope works.
 */
const BY_ANOTHER = 'stopped in the console';

const becomesOf = ({ isOver, byAnother }: StopMark): string =>
  isOver ? 'it may' : `it is stopped${byAnother ? ' in the console' : ''}`;

type Task = { execution: string; state: string; step: string; input: unknown };

/**
 * Runs steps as Lambda would, in virtual time. A process goes on even when its caller no longer waits for it.
 */
export function createLambda(options: LambdaOptions) {
  const { timeline, faultSchedule, eventLog, timeouts } = options;
  const counts = new Map<string, number>();
  let invocations = 0;
  const wholeOf = (plan: unknown) => withWholePlan(options.world.objects, plan);

  return (task: Task): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { execution, state, step, input } = task;
      const scope: Scope | undefined = Object(Object(input).plan).scope;
      const address = numbered(counts, `${execution}/${state}/${scope ?? ''}`);
      const fail = (error: string) => reject(new StateFailure(error, 'Lambda gave no answer'));
      const invocation: Invocation = {
        ...{ id: ++invocations, address, step, execution, dead: false, awaited: true },
        die(error) {
          invocation.dead = true;
          fail(error);
        },
      };
      const about = { execution, invocation: invocation.id };
      const note = (fault: string) =>
        eventLog.push({ at: timeline.now(), what: 'fault', ...about, address, fault });
      const after = (milliseconds: number, act: () => void) =>
        timeline.at(timeline.now() + milliseconds, act);
      const { unreachable, lostAfter, outsider, ambush, rival, relief } = faultSchedule.ofInvocation(
        address,
        seconds(timeline),
      );
      if (unreachable) {
        note('the step was not run');
        return after(500, () => fail('Lambda.TooManyRequestsException'));
      }
      const asleep = options.sleepOf(step, seconds(timeline));
      if (asleep) {
        note('the function sleeps, or is about to wake');
        return after(500, () => fail(asleep));
      }
      const { plan } = Object(input);
      const told = plan ? { ...Object(input), plan: wholeOf(plan) } : input;
      eventLog.push({ at: timeline.now(), what: 'invoked', ...about, state, step, input: told });
      const stop = options.stopOf(task, address, seconds(timeline));
      if (stop) {
        note(`its run ends there: ${stop}`);
        if (stop === 'crash') return after(500, () => fail('Runtime.ExitError'));
        return options.kill(execution, stop === 'stop' ? STOPPED : BETWEEN);
      }
      const mark = options.markOf(task, address, seconds(timeline));
      if (mark) {
        const { table } = options.world;
        note(`its run is marked to begin no other scope; ${mark.seconds} s later ${becomesOf(mark)}`);
        markStopped(table, execution);
        after(1000 * mark.seconds, () =>
          mark.isOver
            ? markStopped(table, execution, true)
            : options.kill(execution, mark.byAnother ? BY_ANOTHER : STOPPED),
        );
      }
      if (outsider) {
        note('an outsider steps in');
        options.meanwhile('outsider', outsider);
      }
      const cuts = [...(options.world.table.get('cut')?.values() ?? [])];
      const cut = cuts.find((one) => one.scope === scope);
      if (ambush && cut) {
        note(`an ambush: ${toldOf(ambush)}`);
        options.ambush(scope, ambush, String(cut.successor));
      }
      if (rival) {
        note('an outsider takes the successor out of this scope');
        const { successor } = Object(Object(input).plan).successions?.[0] ?? {};
        options.ambush(scope, { chance: rival, ops: [], seconds: 0, isKeyRefused: false }, successor);
      }
      if (relief) options.relieve();
      options.frozen.called(step);
      execute(invocation, input, options).then(resolve, reject);
      after(1000 * (timeouts[step] ?? 60), () => invocation.die('Sandbox.Timedout'));
      if (lostAfter === undefined) return;
      note(`the answer is lost after ${lostAfter} ms, and the step goes on`);
      after(lostAfter, () => {
        invocation.awaited = false;
        fail('Lambda.SdkClientException');
      });
    });
}

/** Runs one step to its end. Its error becomes a state's failure with the cause that Lambda would give. */
async function execute(invocation: Invocation, input: unknown, options: LambdaOptions): Promise<unknown> {
  const { timeline, eventLog, steps } = options;
  const about = { execution: invocation.execution, invocation: invocation.id };
  const step = steps[invocation.step];
  if (!step) throw new Error(`no step ${invocation.step}`);
  const event = JSON.parse(JSON.stringify(input));
  try {
    const ports = portsOf(invocation, event, options);
    const result = JSON.parse(JSON.stringify(await step(ports, event)));
    options.frozen.answered(invocation);
    const told = withWholePlan(options.world.objects, result);
    eventLog.push({
      at: timeline.now(),
      what: 'returned',
      ...about,
      result: told,
      heard: invocation.awaited,
    });
    return result;
  } catch (error) {
    options.frozen.answered(invocation);
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    eventLog.push({ at: timeline.now(), what: 'failed', ...about, error: name, message });
    throw new StateFailure(name, JSON.stringify({ errorType: name, errorMessage: message }));
  }
}

function portsOf(invocation: Invocation, input: unknown, options: LambdaOptions): Ports {
  const { world, timeline, faultSchedule, eventLog, running, hold, plant } = options;
  const skew = faultSchedule.skewOf(invocation.address);
  const clock = () => seconds(timeline) + skew;
  const pause = (waited: number) => passTime(invocation, options, 1000 * waited);
  const wire = wireOf(invocation, options);
  const real = inProcessPorts(world, { wire, clock, pause, running, hold: hold() });
  const ports = plant ? plant(real, invocation, input) : real;
  const about = { execution: invocation.execution, invocation: invocation.id };
  const demand: Ports['leases']['demand'] = async (claim) => {
    eventLog.push({ at: timeline.now(), what: 'demanding', ...about });
    await ports.leases.demand(claim);
    eventLog.push({ at: timeline.now(), what: 'demanded', ...about });
  };
  return { ...ports, leases: { ...ports.leases, demand } };
}

const seconds = ({ now }: Timeline): number => Math.floor(now() / 1000);
