import { expect, it } from 'vitest';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { scene } from '../scene.ts';

it.each([
  ['does not answer for', 'ApiUnavailable', 300],
  ['has no certificate of', 'UnreadableAnswer', null],
] as const)(
  'I9, I15: a run comes soon for an active upload that the API %s, where a key has leaked',
  async (_, error, comes) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 200 },
        { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
        { id: 'cert_keel0', expires: 300, in: ['proj_b'] },
      ],
      [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } }],
    );
    const namedAt = instant(set.time.now - 10 * 86_400);
    await set.journal.rememberCompromised([{ anchorId: 'cert_acme0', reason: 'leaked', namedAt }]);
    const { certificates } = set.ports;
    const content: typeof certificates.content = async (id) => {
      if (id === 'cert_keel0') throw new WindlassError(error, `retrieve ${id}`);
      return certificates.content(id);
    };
    const ports = { ...set.ports, certificates: { ...certificates, content } };
    // The plan has asked for more than twenty minutes, which is the limit where the failure may pass.
    const { blocked, isRed, nextRotationAt } = await set.plan(
      ...(['next', { mode: 'scheduled' }, {}, ports, set.time.now - 1_300] as const),
    );
    expect([blocked.map(({ anchor }) => anchor), isRed]).toEqual([['cert_keel0'], true]);
    const soon = instant(set.time.now + (comes ?? 0));
    expect(nextRotationAt === soon).toBe(comes !== null);
  },
);
