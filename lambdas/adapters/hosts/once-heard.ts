import type { Clock, Pause } from '../../clock.ts';

/**
 * Seconds after which hosts are asked again that may not have heard of a toggle. Nobody says how long that takes: the first of these finds
 * soon who is outside, and the last leaves a function time enough for its end.
 */
const AFTER = [30, 90];

/** Seconds after which nobody is looked at once more: a look that took so long would take the function's whole time. */
const LONG = 120;

/**
 * Looks again where nothing that was seen shows that hosts have heard of a toggle: a leaf that they judge by another anchor until then gets in all
 * the same (F7). `began` is when the first look began, in Unix seconds. Goes on for as long as `look` says so. Returns whether there was time for any.
 */
export async function onceHeard(
  { pause, clock }: { pause: Pause; clock: Clock },
  began: number,
  look: () => Promise<boolean>,
): Promise<boolean> {
  let hasLooked = false;
  for (const seconds of AFTER) {
    const passed = clock() - began;
    if (passed > LONG) break;
    await pause(Math.max(0, seconds - passed));
    hasLooked = true;
    if (!(await look())) break;
  }
  return hasLooked;
}
