import { expect, it } from 'vitest';
import { failing, scene } from '../scene.ts';

const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

it('I16: an emergency takes over from a rotation that soaks though Step Functions does not say whether that one runs: it would in any case', async () => {
  const set = await scene();
  await set.plan('soaking');
  const throttled = set.portsWith({ wire: failing(({ op }) => op === 'executions') });
  const plan = await set.plan('fire', emergency, {}, throttled).catch(({ name }: Error) => name);
  expect(plan).toMatchObject({ decision: 'rotate', mode: 'emergency' });
});
