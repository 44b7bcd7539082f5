import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { plan } from '../../../lambdas/plan.ts';
import { clientListOf } from '../../../lib/configured.ts';
import { deployClients } from '../../../simulation/in-process/clients.ts';
import { inProcessPorts } from '../../../simulation/in-process/ports.ts';
import type { Wire } from '../../../simulation/in-process/wire.ts';
import { clientOf, largeOrganization } from '../../../storm/scale/large-organization.ts';

const NOW = 1_800_000_000;
const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const policy = policySchema.parse({});

/**
 * Returns how many times an emergency's plan queries the trail, after a rotation has cut and confirmed that
 * many projects within ten minutes.
 */
async function queriesAfter(cuts: number): Promise<number> {
  const ids = Array.from({ length: cuts }, (_, i) => `proj_${String(i).padStart(5, '0')}`);
  const world = largeOrganization(ids, () => NOW, {});
  const clients = ids.map((project) => ({ name: clientOf(project), project, secret: clientOf(project) }));
  deployClients(world, clientListOf({ clients, mustRefuse: [], policy }));
  let queries = 0;
  const counted: Wire = async (call, act) => {
    if (call.action === 'dynamodb:Query' && call.about === 'rotation') queries++;
    return act();
  };
  const { journal, leases } = inProcessPorts(world);
  await leases.take({ execution: 'drill', mode: 'scheduled' });
  const drill = { execution: { id: 'drill', startedAt: instant(NOW - 8 * 86_400) } };
  const line = (ago: number, event: Parameters<typeof entryOf>[2], detail: object, scope: string) =>
    journal.record(entryOf(drill, NOW - ago, event, { ...detail }, scope));
  const [before, after] = [['cert_acme0', 'cert_acme1'], ['cert_acme1']];
  for (const [i, scope] of ids.entries()) {
    const ago = 600 - (i % 590);
    world.organization.toggle(scope, 'activate', ['cert_acme1']);
    world.organization.toggle(scope, 'deactivate', ['cert_acme0']);
    await line(ago + 2, 'deactivating', { deactivating: ['cert_acme0'], before }, scope);
    await line(ago + 1, 'deactivated', { deactivated: ['cert_acme0'], before, after }, scope);
    await line(ago, 'confirmed', { evidence: 'probe', probes: 2 }, scope);
  }
  const ports = inProcessPorts(world, { wire: counted });
  await plan(ports, {
    ...{ request: emergency, ownListings: true, configuration: { policy } },
    execution: { id: 'fire', startedAt: instant(NOW) },
  });
  return queries;
}

it('I16, I18: an emergency reads the trail of the run that it takes over from in a time that grows with its length, and not with its square', async () => {
  const [few, many] = [await queriesAfter(100), await queriesAfter(400)];
  // Four times as many lines take about four times as many pages.
  expect(many / few, `${few} queries after 100 cuts, ${many} after 400`).toBeLessThan(6);
});
