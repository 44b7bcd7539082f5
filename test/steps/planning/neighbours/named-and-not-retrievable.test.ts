import { expect, it } from 'vitest';
import { type ErrorName, retryableErrors, WindlassError } from '../../../../lambdas/domain/errors.ts';
import { onAcme } from '../../saying.ts';
import { scene } from '../../scene.ts';

it.each<[ErrorName, string]>([
  ['UnknownAnchor', 'retrieve anchor cert_acme0: 404 No such certificate'],
  ['ApiUnavailable', 'retrieve anchor cert_acme0: 503'],
])(
  'I16: what an emergency names is cut though its certificate is listed and cannot be retrieved (%s)',
  async (name, message) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      [onAcme('billing', 'proj_a')],
    );
    const { certificates } = set.ports;
    const content: typeof certificates.content = async (id) => {
      if (id === 'cert_acme0') throw new WindlassError(name, message);
      return certificates.content(id);
    };
    const told = { ...certificates, content };
    const ports = { ...set.ports, certificates: told, hasty: told };
    const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
    const startedAt = set.time.now;
    let planned: unknown;
    for (let attempt = 0; attempt <= 20; attempt++) {
      planned = await set
        .plan('fire', emergency, { successions: { cert_acme0: 'cert_acme1' } }, ports, startedAt)
        .catch((error: Error) => error);
      if (!(planned instanceof WindlassError) || !retryableErrors.includes(planned.name)) break;
      set.time.now += 150;
    }
    expect(planned).toMatchObject({ decision: expect.stringMatching(/rotate|blocked/) });
  },
);
