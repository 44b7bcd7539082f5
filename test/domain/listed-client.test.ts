import { expect, it } from 'vitest';
import { listedClientSchema } from '../../lambdas/domain/client.ts';

it('a client as a run keeps it is read by an older version, too, whatever a newer one says of it', () => {
  const client = { name: 'billing', project: 'proj_a', secret: 'acme/billing', mayRunOn: ['cert_old'] };
  expect(listedClientSchema.parse({ ...client, later: true })).toEqual(client);
});
