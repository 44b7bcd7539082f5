import { expect } from 'vitest';
import { scene } from './scene.ts';

export const fire = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };

/**
 * A scene with acme and globex. An emergency has named globex's first anchor and is blocked, because globex's
 * client has no leaf staged yet.
 */
export async function leftBlocked({ expires, filter }: { expires: number; filter?: string }, policy = {}) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300, ...(filter && { filter }) },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
    ],
  );
  expect(await set.plan('fire', fire, policy)).toMatchObject({ decision: 'blocked' });
  await set.leases.release('fire');
  set.running.delete('fire');
  set.time.now += 300;
  return set;
}
