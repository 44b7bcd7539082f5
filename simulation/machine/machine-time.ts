import { setTimeout as pause } from 'node:timers/promises';
import type { Timeline } from '../time/timeline.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import type { MachineTime } from './machine-host.ts';

/** Real milliseconds that stand for the wait before another attempt: others get their turn meanwhile. */
const RETRY_MS = 2;

/** A time on one timeline: time passes only from one timer to the next. */
export const onTimeline = (timeline: Timeline): MachineTime => ({
  now: timeline.now,
  pass: (until) => timeline.sleep(Math.max(0, until - timeline.now())),
  at: timeline.at,
  guard: (milliseconds, act) => timeline.at(timeline.now() + milliseconds, act),
});

/**
 * Returns a clock that runs as real time does and jumps through waits. `wait` lets a Wait state's time pass,
 * until Unix seconds. A function works in real time: a jump of another's wait must not use up its timeout.
 */
export function onClock(clock: VirtualClock, wait: (until: number) => Promise<void>): MachineTime {
  const alarms = new Set<{ time: number; act: () => void }>();
  return {
    now: clock.milliseconds,
    async pass(until, why) {
      const soonest = Math.min(until, ...[...alarms].map(({ time }) => time));
      if (why === 'wait') await wait(soonest / 1000);
      else {
        await pause(RETRY_MS);
        clock.advanceTo(soonest / 1000);
      }
      for (const alarm of alarms) if (alarm.time <= clock.milliseconds() && alarms.delete(alarm)) alarm.act();
    },
    at(time, act) {
      const alarm = { time, act };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    guard(milliseconds, act) {
      const timer = setTimeout(act, milliseconds).unref();
      return () => clearTimeout(timer);
    },
  };
}
