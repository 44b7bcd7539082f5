import { describe, expect, it } from 'vitest';
import { unheardOf } from '../../../lambdas/domain/blocked/unheard-of.ts';
import { unansweredClients } from '../../../lambdas/domain/blocked/unseen.ts';
import { anchor, client, inventoryOf } from '../organizations.ts';

const inventory = inventoryOf([anchor('cert_old', 'acme@1', 20)], { proj_a: ['cert_old'] });
const request = { mode: 'scheduled' as const };

describe('what is compromised', () => {
  it.each(['running', 'staged', 'previous'])(
    'is not known to be refused while what a client has as its %s leaf did not answer (I9, I15)',
    (stage) => {
      const compromised = { ids: new Set(['cert_old']), keys: new Set<string>() };
      const blockedFor = (held: object) =>
        unansweredClients({
          ...{ request, inventory, compromised },
          clients: [{ ...client('api', 'proj_a', 'cert_new', 'cert_new'), [stage]: held }],
        }).map((one) => one.anchor);
      expect(blockedFor({ unknown: 'SecretUnavailable: 503', passing: true })).toEqual(['cert_old']);
      // A secret that a person has to repair does not count as an outage that passes by itself.
      expect(blockedFor({ unknown: 'SecretMissing: no such secret' })).toEqual([]);
    },
  );

  it('and is listed nowhere did exist where its key is known, and is not told of as a wrong id (I15)', () => {
    const told = (about: object) =>
      unheardOf({ request, inventory, allowances: [{ anchorId: 'cert_gone', ...about }] });
    expect(told({})).toEqual([expect.objectContaining({ anchor: 'cert_gone', absent: true })]);
    expect(told({ keyDigest: 'its key' })).toEqual([]);
  });
});
