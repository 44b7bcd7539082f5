import { expect, it, onTestFinished } from 'vitest';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import { ADMIN_KEY, NOW } from '../organization.ts';
import { windlass } from '../run.ts';

const DAY = 86_400;
const now = Date.parse(NOW) / 1000;

/**
 * Returns what `windlass plan` shows of an organization with that many projects, in each of which an anchor
 * is due.
 */
async function planned(count: number): Promise<string> {
  const projects = Array.from({ length: count }, (_, i) => ({ id: `proj_${i}`, name: `Project ${i}` }));
  const organization = createOrganization({ now: () => now, projects });
  const about = { createdAt: now - 400 * DAY, validAt: now - 400 * DAY, pem: null };
  const everywhere = ['organization', ...projects.map(({ id }) => id)];
  organization.seed({ ...about, id: 'cert_old', name: 'acme@2025', expiresAt: now + 18 * DAY }, everywhere);
  organization.seed({ ...about, id: 'cert_new', name: 'acme@2026', expiresAt: now + 380 * DAY }, []);
  const api = await serveCertificatesApi({ organization, adminKeys: { [ADMIN_KEY]: 'windlass' } });
  onTestFinished(api.close);
  const asked = ['plan', '--base-url', api.url, '--now', NOW];
  return (await windlass(asked, { OPENAI_ADMIN_KEY: ADMIN_KEY })).stdout;
}

it('I18: plan shows the first scopes of a long wave, and how many more there are', async () => {
  const told = await planned(160);
  expect(told).toContain('1 succession in 161 scopes');
  // The waves: ten projects, a hundred, the rest, and the organization.
  const more = [...told.matchAll(/and (\d+) more, in --json/g)].map(([, count]) => Number(count));
  expect(more).toEqual([71, 21]);
  expect(told.match(/proj_\d+ +cert_new +cert_old/g)).toHaveLength(10 + 29 + 29);
  expect(told).toMatch(/organization +organization +cert_new +cert_old/);
});
