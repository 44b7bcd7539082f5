import { expect, it } from 'vitest';
import { intruder, sendingBoth } from '../../both-paths.ts';
import { isIn, onAcme } from '../../saying.ts';
import { DAY, NOW, scene } from '../../scene.ts';
import { confirmedLate, upToTheCut } from './late-cut.ts';

it.each([
  ['outlasts the soak', undefined],
  ['ends within the soak', NOW + 3 * DAY],
])('F16, I10: a witness that the cut lets in is seen beside an old leaf that %s', async (_, until) => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: 'subject.common_name == "billing"' },
      { id: 'cert_acme1', expires: 300 },
    ],
    [{ ...onAcme('billing', 'proj_a'), running: { anchor: 'cert_acme0', ...(until && { until }) } }],
    { choice: 'first', witnesses: [intruder] },
  );
  sendingBoth(set);
  const seen = await confirmedLate(set, await upToTheCut(set));
  expect([seen, await isIn(set, 'intruder')]).toEqual(['TrustWidened', 'accepted']);
});
