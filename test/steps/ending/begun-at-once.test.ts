import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { NOW, scene } from '../scene.ts';

const fire: Request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };
const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };

it.each([
  [
    'has not only begun once each scope has gone all the way by itself: nothing else would ever forget it',
    undefined,
    [],
  ],
  ['stays begun where that run has halted', { Error: 'ProbeRefused', Cause: 'billing was refused' }, [pair]],
])('rule 3: what an emergency replaces %s', async (_, halt, begun) => {
  const set = await scene();
  const plan = await set.plan('fire', fire);
  expect(plan.atOnce).toBe(true);
  expect(await set.journal.begun()).toMatchObject([pair]);
  const execution = { id: 'fire', startedAt: instant(NOW) };
  await release(set.ports, { execution, plan, ...(halt && { halt }) });
  expect(await set.journal.begun()).toMatchObject(begun);
});
