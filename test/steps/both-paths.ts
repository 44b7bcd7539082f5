import { authorityOf, leafUnder } from '../../simulation/certificates/material.ts';
import type { Scene, SceneClient } from './scene.ts';

/** A witness whose leaf both of acme's generations lead to, once {@link sendingBoth} is told of it. */
export const intruder: SceneClient = {
  ...{ name: 'intruder', project: 'proj_a' },
  running: { anchor: 'cert_acme1', sameAs: 'cert_acme0' },
};

/** Both roots have certified the CA that issues its leaf, and the witness sends both certificates along: what its secret holds. */
export function sendingBoth({ world: { secrets } }: Scene) {
  const below = leafUnder(authorityOf('acme', 0), { client: 'intruder', intermediate: true });
  const held = JSON.parse(secrets.read('intruder', 'AWSCURRENT')?.value ?? '{}');
  const [, issuing = ''] = below.certificateChain.split(/(?<=-----END CERTIFICATE-----\n)/);
  const both = { ...held, certificateChain: held.certificateChain + issuing };
  secrets.put('intruder', JSON.stringify(both), ['AWSCURRENT']);
  return both;
}
