import { describe, expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const [US, EU] = ['https://mtls-us.api.openai.com/v1', 'https://mtls-eu.api.openai.com/v1'];

/** A client that gets in by another anchor as well and states no host. */
const neighbour = {
  ...client('neighbour', 'proj_a', 'cert_old'),
  staged: leaf('neighbour:both', 'cert_new', 'cert_odd'),
};
const prover = (name: string, ...hosts: string[]) => ({
  ...client(name, 'proj_a', 'cert_old', 'cert_new'),
  ...(hosts.length > 0 && { hosts }),
});

function planned(clients: Parameters<typeof plan>[0]['clients'], hosts?: string[]) {
  const { waves, warnings = [] } = plan({
    inventory: inventoryOf(
      [
        anchor('cert_old', 'acme@1', 20),
        anchor('cert_new', 'acme@2', 900),
        anchor('cert_odd', 'globex@1', 900),
      ],
      { proj_a: ['cert_old', 'cert_odd'] },
    ),
    ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW, clients: clients ?? [] },
    ...(hosts && { hosts }),
  });
  const [scope] = waves.flatMap(({ scopes }) => scopes);
  return {
    evidence: scope?.evidence ?? 'probe',
    at: scope?.unprovenAt,
    said: warnings.find((one) => one.startsWith('proj_a:')),
  };
}

describe('a scope is proven at each host that answers its clients (I8)', () => {
  it.each([
    ['one who states all hosts, beside one who states none', [prover('one', US, EU), neighbour]],
    ['one for each host', [prover('one', US), prover('other', EU), neighbour]],
    ['one who states none', [prover('one'), { ...neighbour, hosts: [EU] }]],
  ])('by %s', (_, clients) => {
    expect(planned(clients, [US, EU])).toEqual({ evidence: 'probe' });
  });

  it('by nobody at one of them: the host is named', () => {
    const { evidence, at, said } = planned([prover('one', US), neighbour], [US, EU]);
    expect({ evidence, at }).toEqual({ evidence: 'listing', at: [EU] });
    expect(said).toBe(
      `proj_a: every client that probes it at ${EU} could get in by another anchor as well, so the listing is the evidence before the cut, and the probe only after it`,
    );
  });

  it('by nobody anywhere: no host is named', () => {
    const { evidence, at, said } = planned([neighbour], [US, EU]);
    expect({ evidence, at }).toEqual({ evidence: 'listing' });
    expect(said).toContain('every client that probes it could get in by another anchor as well');
  });

  it('of a deployment that does not say its hosts, only what is stated is compared', () => {
    expect(planned([prover('one', US, EU), neighbour])).toMatchObject({
      evidence: 'listing',
      at: ['any host'],
    });
  });
});
