import { createOrganization } from '../../simulation/world/organization.ts';

const DAY = 86_400;

/** The present of the tests' organization. */
export const NOW = '2026-11-02T09:00:00Z';

export const ADMIN_KEY = 'sk-admin-do-not-print-me';

/**
 * An organization with one succession in canary and organization, one blocked anchor, and 23 projects, which
 * take two pages.
 */
export function smallOrganization(options: { blockedOnly?: boolean } = {}) {
  const now = Date.parse(NOW) / 1000;
  const projects = Array.from({ length: 23 }, (_, i) => ({ id: `proj_${i}`, name: `Project ${i}` }));
  const organization = createOrganization({ now: () => now, projects });
  const seed = (id: string, name: string | null, days: number, activeIn: string[]) =>
    organization.seed(
      {
        id,
        name,
        createdAt: now - 400 * DAY,
        validAt: now - 400 * DAY,
        expiresAt: now + days * DAY,
        pem: null,
      },
      activeIn,
    );
  if (!options.blockedOnly) {
    seed('cert_acme_2025', 'acme@2025-11', 18, ['organization', 'proj_1', 'proj_2']);
    seed('cert_acme_2026', 'acme@2026-11', 380, ['proj_2']);
  }
  seed('cert_gamma_2025', 'gamma@2025', 10, ['proj_5']);
  seed('cert_unnamed', null, 90, ['proj_6']);
  return organization;
}
