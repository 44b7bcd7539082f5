import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { type ListedAnchor, ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import type { Ports } from '../../../simulation/in-process/ports.ts';
import { onAcme } from '../saying.ts';
import { type Scene, scene, scopeInput } from '../scene.ts';

const EMERGENCY: Request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };
const CLIENTS = [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')];

/** The ports of a scene whose listings are changed by `shown`. */
function listingAs(
  { ports }: Scene,
  shown: (scope: string, listing: ListedAnchor[]) => ListedAnchor[],
): Ports {
  const { certificates } = ports;
  const list: typeof certificates.list = async (scope) => shown(scope, await certificates.list(scope));
  return { ...ports, certificates: { ...certificates, list } };
}

/** The ports of a scene in which one scope does not list an upload yet. */
const withoutIn = (scope: string, anchorId: string, set: Scene): Ports =>
  listingAs(set, (where, listing) => listing.filter((one) => where !== scope || one.anchorId !== anchorId));

describe('what only a listing of a project shows', () => {
  it('an upload with the leaked key that the organization did not list yet does not go under a green scope', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 900, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_acme9', expires: 900, renewedFrom: 'cert_acme0', in: ['proj_b'] },
      ],
      CLIENTS,
    );
    // The organization's list is late and lacks one upload. The project's list shows it as active.
    const ports = withoutIn(ORGANIZATION, 'cert_acme9', set);
    const plan = await set.plan('one', EMERGENCY, {}, ports);
    expect(plan.successions.map(({ retiring }) => retiring)).toEqual(['cert_acme0']);
    await expect(activate(ports, scopeInput('one', plan, 'proj_b'))).rejects.toMatchObject({
      name: 'UnreadableAnswer',
    });
  });

  it('a successor of which a project that was listed says something else is not relied on, as in a survey', async () => {
    const idle = { name: 'search', project: 'proj_b', running: { anchor: 'cert_acme0' } };
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 900, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      [onAcme('billing', 'proj_a'), idle],
    );
    const ports = listingAs(set, (scope, listing) =>
      listing.map((one) =>
        scope === 'proj_b' && one.anchorId === 'cert_acme1'
          ? { ...one, expiresAt: one.expiresAt - 299 * 86_400 }
          : one,
      ),
    );
    const plan = await set.plan('one', EMERGENCY, {}, ports);
    expect(plan.successions).toEqual([]);
  });

  it('what is named and only a project lists is cut there, and the emergency is not refused for it', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 900, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      CLIENTS,
    );
    const ports = withoutIn(ORGANIZATION, 'cert_acme0', set);
    const plan = await set.plan('one', EMERGENCY, {}, ports).catch((error: Error) => error.name);
    const remembered = (await set.ports.journal.compromised()).map(({ anchorId }) => anchorId);
    expect([plan, remembered]).toMatchObject([{ decision: 'rotate' }, ['cert_acme0']]);
  });
});
