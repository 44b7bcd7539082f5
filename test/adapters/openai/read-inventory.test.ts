import { expect, onTestFinished, test } from 'vitest';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { readInventory } from '../../../lambdas/adapters/openai/read-inventory.ts';
import { indexAnchors } from '../../../lambdas/domain/planning/facts.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import { listed, page } from './scripted-api.ts';

/**
 * Reads an organization of two projects. The second project lists its only anchor with the fields of `inB`.
 */
async function reading(inB: object) {
  const projects = ['proj_a', 'proj_b'].map((id) => ({ id, name: null }));
  const organization = createOrganization({ now: () => 0, projects });
  const api = await serveCertificatesApi({
    organization,
    adminKeys: { 'sk-admin': 'windlass' },
    intercept: ({ op, scope }) =>
      op === 'list' ? Response.json(page([listed('cert_1', scope === 'proj_b' ? inB : {})]).body) : undefined,
  });
  onTestFinished(api.close);
  const credential = async () => ({ apiKey: 'sk-admin' });
  return readInventory(openaiCertificates({ baseURL: api.url, credential, maxRetries: 0 }), {
    concurrency: 10,
  });
}

test('reads every scope, each with its own toggles', async () => {
  const { organization, projects } = await reading({ active: false });
  expect(organization).toMatchObject([{ anchorId: 'cert_1', active: true }]);
  expect(projects.map(({ projectId, anchors }) => [projectId, anchors[0]?.active]).sort()).toEqual([
    ['proj_a', true],
    ['proj_b', false],
  ]);
});

test('takes no offence at what one scope leaves out', async () => {
  const less = { name: null, certificate_details: { expires_at: 1_800_000_000 } };
  expect((await reading(less)).organization).toMatchObject([{ name: 'acme-root@2026-11' }]);
});

test('goes by the readable date of an anchor that another scope shows none of (F5, I17)', async () => {
  const inventory = await reading({ certificate_details: {} });
  expect(inventory.projects).toContainEqual(
    expect.objectContaining({ projectId: 'proj_b', anchors: [expect.objectContaining({ expiresAt: 0 })] }),
  );
  for (const projects of [inventory.projects, inventory.projects.toReversed()])
    expect(indexAnchors({ organization: [], projects }).anchors.get('cert_1')).toMatchObject({
      expiresAt: 1_800_000_000,
    });
});

test.for([
  ['name', { name: 'globex@1' }],
  ['end', { certificate_details: { valid_at: 1_700_000_000, expires_at: 1_900_000_000 } }],
  ['beginning', { certificate_details: { valid_at: 1_600_000_000, expires_at: 1_800_000_000 } }],
] as const)('refuses an anchor that one scope lists with another %s', async ([, other]) => {
  await expect(reading(other)).rejects.toMatchObject({
    name: 'UnreadableAnswer',
    message: expect.stringMatching(
      /^cert_1 is listed by organization and proj_b with different names or times/,
    ),
  });
});
