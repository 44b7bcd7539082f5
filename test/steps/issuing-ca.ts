import { authorityOf, leafUnder } from '../../simulation/certificates/material.ts';
import { DAY, NOW, type SceneAnchor, type SceneClient, scene } from './scene.ts';

/** Where a certificate of a chain ends. */
export const END = '-----END CERTIFICATE-----\n';
export const OLD: SceneAnchor = { id: 'cert_acme0', expires: 20, in: ['proj_a'] };
export const billing: SceneClient = {
  ...{ name: 'billing', project: 'proj_a' },
  running: { anchor: 'cert_acme0', intermediate: true },
};

/** A scene in which the CA that issues acme's leaves, and hangs from acme's first anchor, is uploaded as one itself. */
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
