import { expect, it } from 'vitest';
import { withoutRefused } from '../../../lambdas/domain/cut/refusals.ts';

const pair = (line: string) => ({ retiring: `cert_${line}0`, successor: 'cert_acme1' });
const kept = {
  ...{ client: 'billing', project: 'proj_a', secret: 'billing', successor: 'cert_acme1' },
  ...{ leaf: 'kept', chain: 'kept', reliesOn: ['cert_keel0'] },
};
const refusal = { anchor: 'cert_acme0', error: 'ApiRefused' as const, cause: '400' };
/** Whose kept leaf is looked at after the cut, where the API has not deactivated one of two anchors that retire alike. */
const lookedAt = (held: boolean) => {
  const successions = [pair('acme'), { ...pair('bolt'), ...(held && { held }) }];
  const plan = { scope: 'proj_a', successions, checks: [], runningLeaves: [kept] };
  return withoutRefused(plan, [refusal]).runningLeaves?.map(({ client }) => client);
};

it('I1, I17: a leaf that its client keeps is looked at for what was cut beside, and for nothing where that is held', () => {
  expect([lookedAt(false), lookedAt(true)]).toEqual([['billing'], []]);
});
