import { ORGANIZATION } from '../lambdas/domain/anchor.ts';
import { line, organizationOf } from '../simulation/organizations/small-organization.ts';
import type { Case } from './case.ts';

const shops = Array.from({ length: 11 }, (_, i) => `cert_shop${i + 1}`);

/** The smallest organizations that differ in what a rotation has to do. */
export const cases: readonly Case[] = [
  {
    name: 'project',
    inventory: organizationOf(line('acme', ['cert_old', 'cert_new']), { proj_a: ['cert_old'] }),
    overtaken: ['cert_old'],
  },
  {
    name: 'organization',
    inventory: organizationOf(
      [...line('acme', ['cert_old', 'cert_new']), ...line('zeta', ['cert_top', 'cert_next'])],
      {
        [ORGANIZATION]: ['cert_top'],
        proj_a: ['cert_old'],
      },
    ),
    overtaken: ['cert_top'],
    // The organization's wave, after the project's.
    differs: ['activate#2', 'verify#2', 'promote#1', 'verify#4', 'deactivate#2', 'confirm#2'],
  },
  {
    name: 'batches',
    inventory: organizationOf(line('acme', [...shops, 'cert_new']), { proj_a: shops }),
    // One client for each of them would only make the same calls eleven times.
    witnesses: 0,
    // Two calls, and a look between them.
    differs: ['deactivate#1'],
  },
  {
    name: 'emergency',
    inventory: organizationOf(line('acme', ['cert_old', 'cert_new']), { proj_a: ['cert_old'] }),
    compromised: ['cert_old'],
    differs: ['plan#1', 'promote#1', 'deactivate#1', 'confirm#1'],
  },
  {
    name: 'undo',
    // An outsider deactivates the successor right after the cut. A second anchor keeps the scope enforced.
    inventory: organizationOf([...line('acme', ['cert_old', 'cert_new']), ...line('keel', ['cert_other'])], {
      proj_a: ['cert_old', 'cert_other'],
    }),
    outsiders: [{ at: 'confirm', nth: 1, outsider: 'deactivate', scope: 'proj_a', anchor: 'cert_new' }],
    differs: ['confirm#1', 'confirm#3', 'undo#1', 'verify#3', 'restore#1', 'release#1'],
  },
  {
    name: 'resumed',
    // An earlier run was stopped between the cut and its confirmation.
    inventory: organizationOf(line('acme', ['cert_old', 'cert_new']), { proj_a: ['cert_old'] }),
    stoppedAt: 'confirm',
  },
  {
    name: 'refused',
    // The same, and an outsider deactivates the successor while the next run is about to confirm that cut.
    inventory: organizationOf([...line('acme', ['cert_old', 'cert_new']), ...line('keel', ['cert_other'])], {
      proj_a: ['cert_old', 'cert_other'],
    }),
    stoppedAt: 'confirm',
    outsiders: [{ at: 'verify', nth: 1, outsider: 'deactivate', scope: 'proj_a', anchor: 'cert_new' }],
    // From the moment at which the clients are refused.
    differs: ['verify', 'undo', 'restore', 'release'],
  },
  {
    name: 'listing',
    inventory: organizationOf(line('acme', ['cert_old', 'cert_new']), { proj_a: ['cert_old'] }),
    policy: { evidence: 'listing' },
    differs: ['verify#1', 'verify#2', 'deactivate#1', 'confirm#1'],
  },
  {
    name: 'hosts',
    inventory: organizationOf(line('acme', ['cert_old', 'cert_new']), { proj_a: ['cert_old'] }),
    hosts: 2,
    differs: ['verify#1', 'verify#2', 'confirm#1'],
  },
  {
    name: 'canary',
    inventory: organizationOf(line('acme', ['cert_old', 'cert_new']), {
      proj_a: ['cert_old'],
      proj_b: ['cert_old'],
    }),
    policy: { canary: ['proj_b'] },
    // The second wave.
    differs: ['activate#2', 'verify#2', 'deactivate#2', 'confirm#2'],
  },
];
