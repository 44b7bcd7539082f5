import { onTestFinished } from 'vitest';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import { serveCertificatesApi } from '../../simulation/served/certificates-api.ts';
import { createOrganization } from '../../simulation/world/organization.ts';
import { windlass } from '../bin/run.ts';

const ADMIN_KEY = 'sk-admin-of-the-cases';

/** An upload of an organization with one project: its expiry (ISO 8601), and whether it is active there. */
type Upload = { id: string; name: string; ends: string; active?: boolean };

/** Returns what `windlass plan --json` says of such an organization at an instant (ISO 8601). */
export async function asPlanned(uploads: readonly Upload[], now: string): Promise<Plan> {
  const seconds = (iso: string): number => Date.parse(iso) / 1000;
  const projects = [{ id: 'proj_a', name: 'proj_a' }];
  const organization = createOrganization({ now: () => seconds(now), projects });
  for (const { id, name, ends, active } of uploads) {
    const times = { createdAt: seconds('2026-08-03T00:00:00Z'), expiresAt: seconds(ends) };
    organization.seed({ id, name, pem: null, ...times }, active ? ['proj_a'] : []);
  }
  const api = await serveCertificatesApi({ organization, adminKeys: { [ADMIN_KEY]: 'windlass' } });
  onTestFinished(() => api.close());
  const asked = ['plan', '--base-url', api.url, '--now', now, '--json'];
  const { stdout, stderr } = await windlass(asked, { OPENAI_ADMIN_KEY: ADMIN_KEY });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}
