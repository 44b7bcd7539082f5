import { describe, expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { plan } from '../../../lambdas/plan.ts';
import { deployClients } from '../../../simulation/in-process/clients.ts';
import { NOW, scene } from '../scene.ts';

const named = (name: string) => expect.objectContaining({ name });
const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const execution = { id: 'one', startedAt: new Date(NOW * 1000).toISOString() };

describe('a plan', () => {
  it('is made of the clients that an execution of an older machine carries, whatever has been deployed since', async () => {
    const { ports, world, running } = await scene();
    running.add('one');
    deployClients(world, { configured: 'later', evidence: 'probe', clients: [], mustRefuse: [] });
    const configuration = {
      clients: [{ name: 'billing', project: 'proj_a', secret: 'billing' }],
      ...{ policy: policySchema.parse({}), configured: 'of the older one' },
    };
    const carried = await plan(ports, { request: { mode: 'scheduled' }, execution, configuration });
    const whole = await ports.manifests.whole(carried);
    const [share] = whole.waves[0]?.scopes ?? [];
    expect(share).toMatchObject({ checks: [{ client: 'billing' }], configured: 'of the older one' });
  });

  it('changes nothing where the client list is gone, and remembers what an emergency named all the same (I15)', async () => {
    const { plan, world, journal, activeIn } = await scene();
    world.broken.add('client list');
    await expect(plan('one', emergency)).rejects.toEqual(named('ClientListLost'));
    expect(activeIn('proj_a')).toEqual(['cert_acme0']);
    expect(await journal.compromised()).toMatchObject([{ anchorId: 'cert_acme0' }]);
  });

  it('is refused where a deployment has just changed what counts as a proof, and the policy is of before', async () => {
    const { ports, world, running } = await scene();
    running.add('one');
    deployClients(world, { configured: 'later', evidence: 'listing', clients: [], mustRefuse: [] });
    const configuration = { policy: policySchema.parse({}) };
    const of = { request: { mode: 'scheduled' as const }, execution, configuration };
    await expect(plan(ports, of)).rejects.toEqual(named('ConfigurationChanged'));
  });

  it.each([
    ['a scope may no longer be cut on the listing alone', { listingScopes: ['proj_a'] }],
    ['another anchor takes over', { successions: { cert_acme0: 'cert_acme1' } }],
  ])(
    'is refused where a deployment has just said that %s, and the policy is of before',
    async (_, before) => {
      const { ports, world, running } = await scene();
      running.add('one');
      const configured = { configured: 'later', evidence: 'probe' as const, stated: '[]' };
      deployClients(world, { ...configured, clients: [], mustRefuse: [] });
      const of = { request: { mode: 'scheduled' as const }, execution };
      const policy = policySchema.parse(before);
      const refused = plan(ports, { ...of, configuration: { policy } });
      await expect(refused).rejects.toEqual(named('ConfigurationChanged'));
      await expect(
        plan(ports, { ...of, configuration: { policy: policySchema.parse({}) } }),
      ).resolves.toBeDefined();
    },
  );

  describe('after a deployment', () => {
    const billing = { name: 'billing', project: 'proj_a', secret: 'billing' };
    const search = { name: 'search', project: 'proj_a', secret: 'search' };

    /** Returns the warnings of one plan and of the next, after a deployment with these clients. */
    async function told(clients: (typeof billing)[], request: object = { mode: 'scheduled' }) {
      const set = await scene(undefined, [
        { ...billing, running: { anchor: 'cert_acme0' } },
        { ...search, running: { anchor: 'cert_acme0' } },
      ]);
      const plans: string[][] = [];
      for (const [id, list] of Object.entries({
        before: [billing, search],
        first: clients,
        second: clients,
      })) {
        set.running.add(id);
        deployClients(set.world, { configured: id, evidence: 'probe', clients: list, mustRefuse: [] });
        const of = { execution: { ...execution, id }, configuration: { policy: policySchema.parse({}) } };
        const asked = requestSchema.parse(id === 'before' ? { mode: 'scheduled' } : request);
        const { warnings = [] } = await plan(set.ports, { request: asked, ...of });
        plans.push(warnings.filter((one) => one.includes('a deployment has')));
        set.running.delete(id);
      }
      return plans;
    }

    it.each([
      ['that took a client out', [search], 'taken it out of the clients and mustRefuse'],
      [
        'that gave a client another secret',
        [search, { ...billing, secret: 'ledger' }],
        'given it the secret ledger',
      ],
    ])('%s says so, once: no cut waits for it any more (I13)', async (_, clients, words) => {
      const [before, first, second] = await told(clients);
      const said = expect.stringMatching(`^billing was last seen with a leaf of acme in billing, .*${words}`);
      expect([before, first, second]).toEqual([[], [said], []]);
    });

    it('that gave a secret another name says nothing', async () => {
      expect(await told([search, { ...billing, name: 'invoices' }])).toEqual([[], [], []]);
    });
  });
});
