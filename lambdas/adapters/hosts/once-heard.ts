import type { Clock, Pause } from '../../clock.ts';

/**
 * Seconds after which hosts that may not have heard of a toggle are asked again. Nobody says how long that
 * takes. The first look soon finds who is outside; the last leaves the function time to finish.
 */
const AFTER = [30, 90];

/** Seconds after which no look is repeated: such long looks would take the function's whole time. */
const LONG = 120;

/**
 * Looks again when nothing has shown that hosts have heard of a toggle: until then a leaf may get in by
 * another anchor (F7). Goes on while `look` returns true. Returns whether there was time for any look.
 * `began` is when the first look began, in Unix seconds.
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
