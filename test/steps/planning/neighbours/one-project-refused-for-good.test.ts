import { expect, it } from 'vitest';
import { type ErrorName, retryableErrors, WindlassError } from '../../../../lambdas/domain/errors.ts';
import { onAcme } from '../../saying.ts';
import { scene } from '../../scene.ts';

/**
 * Plan runs as the machine runs it: an error that may pass is tried again for 45 minutes, and any other error
 * ends the run.
 */
it.each<[ErrorName, string]>([
  ['UnknownProject', 'list project proj_b: 404 No such project'],
  ['ApiRefused', 'list project proj_b: 400 this project has no certificates'],
])(
  'I17: a project whose listing the API refuses as %s, whenever it is asked, keeps only itself waiting',
  async (name, message) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      [onAcme('billing', 'proj_a')],
    );
    const { certificates } = set.ports;
    const list: typeof certificates.list = async (scope) => {
      if (scope === 'proj_b') throw new WindlassError(name, message);
      return certificates.list(scope);
    };
    const ports = { ...set.ports, certificates: { ...certificates, list } };
    const startedAt = set.time.now;
    let planned: unknown;
    for (let attempt = 0; attempt <= 20; attempt++) {
      planned = await set
        .plan('one', { mode: 'scheduled' }, {}, ports, startedAt)
        .catch((error: Error) => error);
      if (!(planned instanceof WindlassError) || !retryableErrors.includes(planned.name)) break;
      set.time.now += 150;
    }
    // After twenty minutes of asking, only that project waits (docs/decisions.md).
    expect(planned).toMatchObject({ decision: 'rotate', successions: [{ retiring: 'cert_acme0' }] });
  },
);
