import { authorityOf, leafUnder } from '../../simulation/certificates/material.ts';
import { DAY, NOW, type SceneAnchor, type SceneClient, scene } from './scene.ts';

/** The last line of each certificate in a chain. */
export const END = '-----END CERTIFICATE-----\n';
export const OLD: SceneAnchor = { id: 'cert_acme0', expires: 20, in: ['proj_a'] };
export const billing: SceneClient = {
  ...{ name: 'billing', project: 'proj_a' },
  running: { anchor: 'cert_acme0', intermediate: true },
};

/**
 * A scene in which a CA below acme's first anchor issues acme's leaves, and that CA is uploaded as an anchor
 * of its own.
 */
export async function withIssuingCa(
  anchors: SceneAnchor[],
  client: SceneClient,
  { name = 'acme@1', filter }: { name?: string; filter?: string } = {},
) {
  const set = await scene(anchors, [client]);
  const { certificateChain } = leafUnder(authorityOf('acme', 0), { client: 'billing', intermediate: true });
  const pem = `${certificateChain.split(END)[1]}${END}`;
  const about = { id: 'cert_acme1', name, createdAt: NOW - DAY, expiresAt: NOW + 300 * DAY, pem };
  set.world.organization.seed({ ...about, ...(filter !== undefined && { filter }) }, []);
  return set;
}
