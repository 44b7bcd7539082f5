import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lib/config.ts';

const client = (of: string, project: string) => ({ name: `${of}-billing`, project, secret: `${of}/billing` });

const parse = (theirs: object, ours: object) =>
  parseConfiguration({
    organizations: {
      acme: { adminSecret: 'acme/admin', clients: [client('acme', 'proj_a')], ...theirs },
      globex: { adminSecret: 'globex/admin', clients: [client('globex', 'proj_g')], ...ours },
    },
  });

const refused = (field: string, id: string, twin: string): string =>
  `windlass.organizations.globex.${field}: "${id}" is at organizations.acme.${twin} too, and an id is one organization's alone, so acme and globex are one organization: make one entry of them, with the clients of both, or correct the id`;

const policy = {
  ...{ canary: ['proj_b'], listingScopes: ['proj_c'] },
  ...{ hold: ['cert_h'], successions: { cert_a: 'cert_b' } },
};
const witness = (of: string, project: string) => ({ name: `${of}-out`, project, secret: `${of}/out` });

describe('one organization behind two entries (I12, I1)', () => {
  it.each([
    [
      'a client',
      { clients: [client('globex', 'proj_a')] },
      'clients.0.project',
      'proj_a',
      'clients.0.project',
    ],
    [
      'a witness',
      { mustRefuse: [witness('globex', 'proj_w')] },
      'mustRefuse.0.project',
      'proj_w',
      'mustRefuse.0.project',
    ],
    [
      'a canary',
      { policy: { canary: ['proj_x', 'proj_a'] } },
      'policy.canary.1',
      'proj_a',
      'clients.0.project',
    ],
    [
      'a scope of the listing',
      { policy: { listingScopes: ['proj_b'] } },
      'policy.listingScopes.0',
      'proj_b',
      'policy.canary.0',
    ],
    ['a hold', { policy: { hold: ['cert_h'] } }, 'policy.hold.0', 'cert_h', 'policy.hold.0'],
    [
      'a held anchor that is to succeed',
      { policy: { hold: ['cert_b'] } },
      'policy.hold.0',
      'cert_b',
      'policy.successions.cert_a',
    ],
    [
      'a succession',
      { policy: { successions: { cert_x: 'cert_a' } } },
      'policy.successions.cert_x',
      'cert_a',
      'policy.successions.cert_a',
    ],
  ])(
    'is refused by %s that both name, in whatever region, once, with both fields',
    (_, ours, field, id, twin) => {
      const theirs = { policy, mustRefuse: [witness('acme', 'proj_w')], region: 'eu-west-1' };
      expect(() => parse(theirs, { ...ours, region: 'us-east-1' })).toThrow(
        expect.objectContaining({ message: refused(field, id, twin) }),
      );
    },
  );

  it('is told once for each pair of entries', () => {
    const both = { clients: [client('globex', 'proj_a')], policy: { hold: ['cert_h'] } };
    expect(() => parse({ policy }, both)).toThrow(
      expect.objectContaining({ message: refused('clients.0.project', 'proj_a', 'clients.0.project') }),
    );
  });

  it('is none where the two ask different APIs, or share the organization scope or a placeholder alone', () => {
    const shared = { clients: [client('globex', 'proj_a')] };
    expect(() => parse({}, { ...shared, baseUrl: 'https://other.example/v1' })).not.toThrow();
    const listing = { policy: { listingScopes: ['organization'] } };
    expect(() => parse(listing, listing)).not.toThrow();
    const [theirs, ours] = ['acme', 'globex'].map((of) => ({ clients: [client(of, 'proj_REPLACE_ME')] }));
    expect(() => parse(theirs ?? {}, ours ?? {})).not.toThrow();
  });
});
