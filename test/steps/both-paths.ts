import { authorityOf, leafUnder } from '../../simulation/certificates/material.ts';
import type { Scene, SceneClient } from './scene.ts';

/** A witness. After {@link sendingBoth}, its leaf leads to both generations of acme. */
export const intruder: SceneClient = {
  ...{ name: 'intruder', project: 'proj_a' },
  running: { anchor: 'cert_acme1', sameAs: 'cert_acme0' },
};

/**
 * Makes the witness send both certificates of its issuing CA, one from each root of acme. Returns the content
 * of the witness's secret.
 */
export function sendingBoth({ world: { secrets } }: Scene) {
  const below = leafUnder(authorityOf('acme', 0), { client: 'intruder', intermediate: true });
  const held = JSON.parse(secrets.read('intruder', 'AWSCURRENT')?.value ?? '{}');
  const [, issuing = ''] = below.certificateChain.split(/(?<=-----END CERTIFICATE-----\n)/);
  const both = { ...held, certificateChain: held.certificateChain + issuing };
  secrets.put('intruder', JSON.stringify(both), ['AWSCURRENT']);
  return both;
}
