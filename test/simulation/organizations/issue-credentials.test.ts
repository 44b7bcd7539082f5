import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inspectLeaf } from '../../../lambdas/adapters/x509/leaf.ts';
import type { PlanningFacts } from '../../../lambdas/domain/planning/facts.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { pairSuccessions } from '../../../lambdas/domain/succession/pairing.ts';
import { inventoryOf } from '../../../simulation/inventory/inventory.ts';
import { rolesOf } from '../../../simulation/organizations/client-roles.ts';
import { issueCredentials } from '../../../simulation/organizations/issue-credentials.ts';
import { preparationFor } from '../../../simulation/organizations/preparation.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import { createSecretStore } from '../../../simulation/world/secret-store.ts';
import { createWorkloadIdentities } from '../../../simulation/world/workload-identities.ts';
import { DAY, entry, fileOf, NOW } from '../inventory/inventories.ts';

async function issue(
  file: ReturnType<typeof fileOf>,
  request: PlanningFacts['request'] = { mode: 'scheduled' },
) {
  const facts = { inventory: inventoryOf(file), policy: policySchema.parse({}), request, now: NOW };
  const projects = file.projects.map(({ id }) => ({ id, name: null }));
  const organization = createOrganization({ now: () => NOW, projects });
  const secrets = createSecretStore();
  const preparation = preparationFor(facts);
  const roles = rolesOf(facts.inventory, preparation.pairs, NOW);
  const identities = createWorkloadIdentities({ now: () => NOW });
  const made = await issueCredentials(file, preparation, roles, { organization, secrets, identities });
  /** Returns the anchors that the leaf at a stage of a client's secret leads to, or its problems. */
  const leaf = (name: string, stage: string) => {
    const secret = roles.find((role) => role.name === name)?.secret ?? '';
    const held = secrets.read(secret, stage);
    if (!held) return null;
    const anchors = organization.list('organization', { limit: 100 }).data;
    const pems = anchors.map(({ id, pem }) => ({ anchorId: id, pem: pem ?? '' }));
    const { chainsTo, problems } = inspectLeaf(JSON.parse(held.value), pems, NOW);
    return problems.length > 0 ? problems : chainsTo;
  };
  return { ...made, organization, secrets, identities, roles, leaf };
}

const retiring = entry('old', 'acme@1', { until: 10 });
const successor = entry('new', 'acme@2', { until: 400 });

describe('what the operator prepared', () => {
  it('gives every anchor a real CA with its own validity, loaded without a trace of us', async () => {
    const { organization } = await issue(fileOf([retiring, successor], { proj_a: ['old'] }));
    const { pem, ...anchor } = organization.retrieve('old');
    const { ca, validToDate } = new X509Certificate(pem ?? '');
    expect([ca, validToDate.getTime() / 1000]).toEqual([true, NOW + 10 * DAY]);
    expect(anchor).toMatchObject({ name: 'acme@1', expiresAt: NOW + 10 * DAY });
    expect(organization.changes).toMatchObject([
      { scope: 'proj_a', anchorId: 'old', active: true, by: 'setup' },
    ]);
  });

  it('gives a client on a retiring anchor its running leaf, and stages one of the successor', async () => {
    const { leaf } = await issue(fileOf([retiring, successor], { proj_a: ['old'] }));
    expect(leaf('proj_a-old', 'AWSCURRENT')).toEqual(['old']);
    expect(leaf('proj_a-old', 'AWSPENDING')).toEqual(['new']);
  });

  it('stages for an emergency what an emergency retires', async () => {
    const healthy = [entry('bad', 'acme@1', { until: 300 }), entry('good', 'acme@2', { until: 400 })];
    const request = { mode: 'emergency' as const, anchors: ['bad'], reason: 'leaked' };
    const { leaf } = await issue(fileOf(healthy, { proj_a: ['bad'] }), request);
    expect(leaf('proj_a-bad', 'AWSPENDING')).toEqual(['good']);
  });

  it('stages nothing where nothing retires', async () => {
    const { leaf } = await issue(fileOf([retiring, successor], { proj_a: ['new'] }));
    expect([leaf('proj_a-new', 'AWSCURRENT'), leaf('proj_a-new', 'AWSPENDING')]).toEqual([['new'], null]);
  });

  it('hangs some leaves from an intermediate, and sends it along', async () => {
    const anchors = ['a', 'b', 'c'].map((id, i) => entry(id, `line${i}@1`, { until: 300 }));
    const { leaf, roles } = await issue(fileOf(anchors, { proj_a: ['a', 'b', 'c'] }));
    expect(roles.map(({ name }) => leaf(name, 'AWSCURRENT'))).toEqual([['a'], ['b'], ['c']]);
  });
});

describe('who calls the API', () => {
  it('lets a client whose anchor has expired wait until it is promoted', async () => {
    const expired = entry('old', 'acme@1', { from: -400, until: -1 });
    const { workloads, leaf } = await issue(fileOf([expired, successor], { proj_a: ['old'] }));
    expect(workloads).toMatchObject([{ name: 'proj_a-old', waits: true }]);
    expect(leaf('proj_a-old', 'AWSPENDING')).toEqual(['new']);
  });

  it('casts nobody on an anchor that has expired and has no successor', async () => {
    const { workloads } = await issue(fileOf([entry('old', 'acme@1', { until: -1 })], { proj_a: ['old'] }));
    expect(workloads).toEqual([]);
  });

  it("puts clients on the organization's anchors: in every project without its own, and in two of the others", async () => {
    const own = entry('own', 'own@1', { until: 300 });
    const activeIn = { organization: ['old'], proj_a: ['own'], proj_b: ['own'], proj_c: ['own'], proj_d: [] };
    const { roles } = await issue(fileOf([retiring, successor, own], activeIn));
    const inherited = roles.filter(({ anchorId }) => anchorId === 'old').map(({ project }) => project);
    expect(inherited.sort()).toEqual(['proj_a', 'proj_b', 'proj_d']);
  });

  it('gives a project that enforces nothing a client without a certificate, and no secret', async () => {
    const { workloads } = await issue(fileOf([retiring, successor], { proj_a: ['old'], proj_b: [] }));
    expect(workloads).toMatchObject([
      { name: 'proj_a-old' },
      { name: 'proj_b-open', apiKey: expect.any(String) },
    ]);
  });

  it('keeps a client for every proof, however many projects there are', async () => {
    const projects = Array.from({ length: 400 }, (_, i) => [`proj_${i}`, ['old', 'bystander']] as const);
    const bystander = entry('bystander', 'other@1', { until: 300 });
    const file = fileOf([retiring, successor, bystander], Object.fromEntries(projects));
    const inventory = inventoryOf(file);
    const { pairs } = pairSuccessions({
      inventory,
      policy: policySchema.parse({}),
      request: { mode: 'scheduled' },
      now: NOW,
    });
    const roles = rolesOf(inventory, pairs, NOW);
    expect(roles.filter(({ anchorId }) => anchorId === 'old')).toHaveLength(400);
    expect(roles.length).toBeLessThan(600);
    expect(new Set(roles.map(({ secret }) => secret)).size).toBe(roles.length);
  });
});
