import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lib/config.ts';
import { configuredAs } from '../../../lib/configured.ts';

const [GLOBAL, EU] = ['https://mtls.api.openai.com/v1', 'https://mtls-eu.api.openai.com/v1'];

const organization = (
  clients: object[],
  policy: object = {},
  mustRefuse: object[] = [],
  mtlsHosts: string[] | undefined = [GLOBAL, EU],
) => {
  const settings = { adminSecret: 'acme/admin', clients, policy, mustRefuse, mtlsHosts };
  const parsed = parseConfiguration({ organizations: { acme: settings } }).organizations.acme;
  if (!parsed) throw new Error('there is no organization');
  return configuredAs(parsed);
};
const [a, b] = ['a', 'b'].map((name) => ({ name, project: 'proj_a', secret: `acme/${name}` })) as [
  object,
  object,
];

describe('how the clients are configured', () => {
  it('is the same whatever their order, and whatever else the policy says', () => {
    expect(organization([b, a], { soak: 'P3D', hold: ['cert_x'] })).toBe(organization([a, b]));
  });

  it('is another with another client, project, secret, witness or evidence', () => {
    const others = [
      organization([a]),
      organization([a, { ...b, project: 'proj_b' }]),
      organization([a, { ...b, secret: 'acme/c' }]),
      organization([a, b], { evidence: 'listing' }),
      organization([a, b], {}, [{ name: 'c', project: 'proj_a', secret: 'acme/c' }]),
    ];
    expect(new Set([organization([a, b]), ...others]).size).toBe(6);
  });

  it('is another with another authority or other hosts, which an operator corrects within a soak', () => {
    const others = [{ authority: 'acme' }, { authority: 'keel' }, { hosts: [GLOBAL] }, { hosts: [EU] }].map(
      (stated) => organization([a, { ...b, ...stated }]),
    );
    expect(new Set([organization([a, b]), ...others]).size).toBe(5);
    const hosts = [GLOBAL, EU];
    expect(organization([{ ...a, hosts }])).toBe(organization([{ ...a, hosts: hosts.toReversed() }]));
  });

  it('is another with other scopes that may be cut on the listing alone, and with another stated successor', () => {
    const others = [
      organization([a, b], { listingScopes: ['proj_a'] }),
      organization([a, b], { listingScopes: ['proj_a', 'proj_b'] }),
      organization([a, b], { successions: { cert_a: 'cert_b' } }),
      organization([a, b], { successions: { cert_a: 'cert_c' } }),
    ];
    expect(new Set([organization([a, b]), ...others]).size).toBe(5);
    const listingScopes = ['proj_b', 'proj_a'];
    expect(organization([a, b], { listingScopes })).toBe(others[1]);
  });

  it('is what it was before those could be stated, where they are not', () => {
    expect(organization([a, b], {}, [], [GLOBAL])).toBe('1b6e596796ba2561');
  });

  it('is another with other hosts where somebody states none of his own, who is proven on these (I8)', () => {
    const [onAll, onOne] = [organization([a, b]), organization([a, b], {}, [], [EU])];
    expect(new Set([onAll, onOne, organization([a, b], {}, [], [GLOBAL])]).size).toBe(3);
    expect(organization([a, b], {}, [], [EU, GLOBAL])).toBe(onAll);
    const stated = [{ ...a, hosts: [EU] }];
    expect(organization(stated, {}, [], [EU])).toBe(organization(stated));
    const witness = { name: 'c', project: 'proj_a', secret: 'acme/c' };
    expect(organization(stated, {}, [witness], [EU])).not.toBe(organization(stated, {}, [witness]));
  });
});
