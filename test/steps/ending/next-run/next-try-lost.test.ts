import { expect, it } from 'vitest';
import { retryableErrors, WindlassError } from '../../../../lambdas/domain/errors.ts';
import { release } from '../../../../lambdas/release.ts';
import type { WireCall } from '../../../../simulation/in-process/wire.ts';
import { failing, NOW, scene } from '../../scene.ts';

const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const halt = { Error: 'ProbeInconclusive', Cause: 'a host was silent' };

/**
 * Runs Release as the machine does. The machine tries it again for 45 minutes, as long as its error may pass.
 */
async function released(which: (call: WireCall) => boolean) {
  const set = await scene();
  const plan = await set.plan('fire', emergency);
  const execution = { id: 'fire', startedAt: new Date(NOW * 1000).toISOString() };
  let isDown = true;
  // Only one call fails, as when the service throttles it. The same call a second later gets through.
  const ports = set.portsWith({
    wire: failing((call) => {
      const fails = isDown && which(call);
      if (fails) isDown = false;
      return fails;
    }),
  });
  for (let attempt = 0; attempt < 20; attempt++)
    try {
      await release(ports, { execution, request: emergency, plan, halt });
      break;
    } catch (error) {
      if (!(error instanceof WindlassError) || !retryableErrors.includes(error.name)) throw error;
    }
  return {
    times: Object.values(set.world.schedules.times()),
    lease: set.world.table.get('lease')?.get('lease'),
  };
}

it.each([
  ['the schedule', ({ op }: WireCall) => op === 'schedule'],
  ['the lease', ({ op, changes }: WireCall) => op === 'lease' && !changes],
])(
  'I16, rule 6: an emergency that has halted is tried again within minutes, though one call for %s was throttled',
  async (_, which) => {
    const { times, lease } = await released(which);
    expect(lease).toMatchObject({ released: true });
    expect(times).toEqual([new Date((NOW + 300) * 1000).toISOString()]);
  },
);
