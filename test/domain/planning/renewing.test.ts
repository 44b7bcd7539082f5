import { expect, it } from 'vitest';
import { promotionsOf } from '../../../lambdas/domain/planning/scope-clients.ts';
import { client, leaf } from '../organizations.ts';

const successions = [{ retiring: 'cert_old', successor: 'cert_new' }];
const checks = [
  {
    ...{ client: 'api', project: 'proj_a', secret: 'api', successor: 'cert_new' },
    ...{ leaf: 'staged', chain: 'staged' },
  },
];
const runningOn = (...runsOn: string[]) => ({
  ...client('api', 'proj_a', 'cert_old', 'cert_new'),
  running: leaf('running', ...runsOn),
  staged: leaf('staged', 'cert_new'),
});
const promotionFrom = (...runsOn: string[]) =>
  promotionsOf([{ checks, successions }], { clients: [runningOn(...runsOn)] });

it('another leaf of the successor renews the one that a client runs on', () => {
  expect(promotionFrom('cert_new')).toMatchObject([{ client: 'api', renews: 'running' }]);
});

it('it renews none that leads to what retires, be it by a renewal of that key: the filter of the successor may refuse it (F16, I11)', () => {
  for (const runsOn of [['cert_old'], ['cert_old', 'cert_new']])
    expect(promotionFrom(...runsOn)[0]).not.toHaveProperty('renews');
});

it('nor one that leads to what another run has soaked for, though this one leaves that alone', () => {
  const soak = { retiring: 'cert_other', successor: 'cert_new', provenAt: '', soakUntil: '' };
  const memory = { soaks: [soak], cuts: [], begun: [] };
  const from = (...runsOn: string[]) =>
    promotionsOf([{ checks, successions }], { clients: [runningOn(...runsOn)], memory })[0];
  expect(from('cert_other', 'cert_new')).not.toHaveProperty('renews');
  expect(from('cert_new')).toMatchObject({ renews: 'running' });
});
