import { expect, it } from 'vitest';
import { demandTaken, withoutRefused } from '../../../lambdas/domain/cut/refusals.ts';

const pair = (line: string) => ({ retiring: `cert_${line}0`, successor: 'cert_acme1' });
const kept = {
  ...{ client: 'billing', project: 'proj_a', secret: 'billing', successor: 'cert_acme1' },
  ...{ leaf: 'kept', chain: 'kept', reliesOn: ['cert_keel0'] },
};
const refusal = { anchor: 'cert_acme0', error: 'ApiRefused' as const, cause: '400' };
/**
 * Returns whose kept leaf is looked at after a cut in which the API has not deactivated acme, one of two
 * retiring anchors. With `held`, the cut of the other one is held.
 */
const lookedAt = (held: boolean) => {
  const successions = [pair('acme'), { ...pair('bolt'), ...(held && { held }) }];
  const plan = { scope: 'proj_a', successions, checks: [], runningLeaves: [kept] };
  return withoutRefused(plan, [refusal]).runningLeaves?.map(({ client }) => client);
};

it('I1, I17: a leaf that its client keeps is looked at for what was cut beside, and for nothing where that is held', () => {
  expect([lookedAt(false), lookedAt(true)]).toEqual([['billing'], []]);
});

it('I13, I17: what waits for another scope hides nothing that the API does not take, and the halt has both', () => {
  const waits = { anchor: 'cert_bolt0', error: 'WitnessUnjudged' as const, cause: 'nobody can show it' };
  for (const error of ['ApiRefused', 'RetiringReactivated'] as const)
    expect(() => demandTaken([waits, { ...refusal, error }])).toThrow(
      expect.objectContaining({ name: error, message: '400; nobody can show it' }),
    );
  expect(() => demandTaken([waits, waits])).toThrow(
    expect.objectContaining({ name: 'WitnessUnjudged', message: 'nobody can show it' }),
  );
});
