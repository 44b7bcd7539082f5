import { authorityOf, leafUnder } from '../../simulation/certificates/material.ts';
import { DAY, NOW, type Scene } from './scene.ts';

const END = '-----END CERTIFICATE-----\n';

/**
 * Uploads the CA that has issued the leaf of `client`, below the root of `authority`. It is active nowhere:
 * an upload that nobody asked for (F1).
 */
export function uploadIssuer({ world }: Pick<Scene, 'world'>, authority: string, client: string): void {
  const { certificateChain } = leafUnder(authorityOf(authority, 0), { client, intermediate: true });
  const pem = `${certificateChain.split(END)[1]}${END}`;
  const about = {
    ...{ id: 'cert_issuing', name: 'issuing', pem },
    ...{ createdAt: NOW - 200 * DAY, expiresAt: NOW + 300 * DAY },
  };
  world.organization.seed(about, []);
}
