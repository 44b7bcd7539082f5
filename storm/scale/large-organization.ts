import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { authorityOf, leafOf } from '../../simulation/certificates/material.ts';
import { createWorld, type World } from '../../simulation/in-process/world.ts';

const HOST = 'https://mtls.api.openai.com/v1';
const DAY = 86_400;
const [OLD, NEW] = ['cert_acme0', 'cert_acme1'];

/** What an organization of any size trusts. */
export type Trusted = {
  /** Where the retiring anchor is active. When absent, everywhere. */
  activeIn?: 'everywhere' | 'organization';
  /** In how many days it expires. When absent, 20, so that it is due. */
  expiresIn?: number;
};

/** The client of a project. */
export const clientOf = (project: string): string => `client-of-${project}`;

/**
 * An organization with one authority of two generations, and a client in each project that has the next leaf
 * staged.
 */
export function largeOrganization(
  ids: readonly string[],
  now: () => number,
  { activeIn = 'everywhere', expiresIn = 20 }: Trusted,
): World {
  const world = createWorld({
    now,
    projects: ids.map((id) => ({ id, name: id })),
    hosts: [HOST],
    projectKeys: Object.fromEntries(ids.map((id) => [`sk-${id}`, id])),
  });
  for (const [generation, id, scopes] of [
    [0, OLD, activeIn === 'everywhere' ? [ORGANIZATION, ...ids] : [ORGANIZATION]],
    [1, NEW, []],
  ] as const) {
    const { pem } = authorityOf('acme', generation);
    const expiresAt = now() + (generation === 0 ? expiresIn : 400) * DAY;
    world.organization.seed({ id, name: `acme@${generation}`, createdAt: now() - DAY, expiresAt, pem }, [
      ...scopes,
    ]);
  }
  for (const project of ids)
    for (const [generation, stage] of [
      [0, 'AWSCURRENT'],
      [1, 'AWSPENDING'],
    ] as const) {
      const leaf = leafOf({ client: clientOf(project), line: 'acme', generation });
      world.secrets.put(clientOf(project), JSON.stringify({ apiKey: `sk-${project}`, ...leaf }), [stage]);
    }
  return world;
}
