import type { Probe } from '../../lambdas/adapters/hosts/probe.ts';
import type { Secrets } from '../../lambdas/adapters/secrets/secrets.ts';
import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Ports } from '../../simulation/in-process/ports.ts';
import { HOST, type Scene, type SceneClient, scene, type scopeInput } from './scene.ts';

export const SILENT: Verdict = { kind: 'inconclusive', why: '503', passing: true };

/** A client that runs on acme's old anchor and has a leaf of the next anchor staged. */
export const onAcme = (name: string, project: string): SceneClient => ({
  ...{ name, project, running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
});

/**
 * A client whose anchor is due. The successor is a renewal with the same key. Every host checks the renewal
 * first (F7), and its filter lets nobody in.
 */
export const refusedByItsRenewal = (): Promise<Scene> =>
  scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      {
        ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        filter: 'subject.common_name == "nobody"',
      },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
    { choice: 'last' },
  );

/**
 * Two authorities in one project, each with a client that is ready to move. Their first anchors expire in
 * `expires` days.
 */
export const twoAuthorities = (expires: number): Promise<Scene> =>
  scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    ['acme', 'keel'].map((line) => ({
      ...{ name: `of-${line}`, project: 'proj_a', running: { anchor: `cert_${line}0` } },
      staged: { anchor: `cert_${line}1` },
    })),
  );

/**
 * The ports of a scene whose API refuses some activations. A call is atomic (F2): it activates all its
 * anchors or none.
 */
export function refusing(
  { ports }: Scene,
  isRefused: (scope: string, ids: readonly string[]) => boolean,
): Ports {
  const { certificates } = ports;
  const activate: typeof certificates.activate = async (scope, ids) => {
    if (isRefused(scope, ids))
      throw new WindlassError('ApiRefused', `400 mtls_certificate_invalid: ${ids.join(', ')}`);
    await certificates.activate(scope, ids);
  };
  return { ...ports, certificates: { ...certificates, activate } };
}

/**
 * A probe that answers for the leaves of some clients with the given verdicts, and asks the host for all
 * others.
 */
export const saying =
  (probe: Probe, told: () => Record<string, Verdict>): Probe =>
  async (host, held) =>
    (held.certificateChain ? told()[held.apiKey.slice('sk-'.length)] : undefined) ?? probe(host, held);

export const overlap = (input: ReturnType<typeof scopeInput>) => ({ ...input, moment: 'overlap' as const });

/** Returns the host's verdict on the leaf that a client runs on. */
export async function isIn(set: Scene, client: string) {
  const held = await set.secrets.read(client, 'AWSCURRENT');
  if (!held || !('apiKey' in held)) throw new Error('it has a key');
  return (await set.ports.probe(HOST, held)).kind;
}

/** Moves a client to its staged leaf, as a promotion does. Throws when nothing is staged. */
export async function moveToStaged(
  secrets: Pick<Secrets, 'read' | 'promote'>,
  client: string,
): Promise<void> {
  const [from, to] = await Promise.all([
    secrets.read(client, 'AWSCURRENT'),
    secrets.read(client, 'AWSPENDING'),
  ]);
  if (!to) throw new Error(`nothing is staged for ${client}`);
  await secrets.promote(client, { from: from?.versionId, to: to.versionId });
}
