import { setTimeout as pause } from 'node:timers/promises';
import { instant } from '../../lambdas/domain/instant.ts';
import type { Tell } from '../../simulation/log/progress.ts';
import type { VirtualClock } from '../../simulation/time/virtual-clock.ts';
import type { Workloads } from '../../simulation/workloads/workloads.ts';

/** The name of the state in which a rotation soaks. */
export const SOAK = 'Soak';

/**
 * The number of steps in which the clock goes through a soak, and the real milliseconds of each step, in
 * which the clients send.
 */
const [STRIDES, STRIDE_MS] = [8, 60];

/**
 * Lets a soak pass in virtual time while the clients go on sending. At its beginning and at its end, every
 * client reads its secret and sends with what it holds. A real soak of days gives the clients that time; a
 * jump of the clock does not.
 */
export async function passSoak(
  until: number,
  { clock, workloads, tell }: { clock: VirtualClock; workloads: Workloads; tell: Tell },
): Promise<void> {
  const from = clock.now();
  if (until <= from) return;
  tell({ kind: 'soaking', from: instant(from), until: instant(until) });
  await workloads.fence();
  for (let stride = 1; stride <= STRIDES; stride++) {
    clock.advanceTo(from + ((until - from) * stride) / STRIDES);
    await pause(STRIDE_MS);
  }
  await workloads.fence();
}
