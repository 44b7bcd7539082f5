import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, onTestFinished } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import { openaiCertificates } from '../../lambdas/adapters/openai/certificates.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import { promote } from '../../lambdas/promote.ts';
import { undo } from '../../lambdas/undo.ts';
import { verify } from '../../lambdas/verify.ts';
import { serverIdentity } from '../../simulation/certificates/pki.ts';
import type { Ports } from '../../simulation/in-process/ports.ts';
import { serveTrafficHost } from '../../simulation/served/traffic-host.ts';
import { overlap } from './saying.ts';
import { DAY, type Scene, scopeInput } from './scene.ts';

const identity = await serverIdentity();

/** Makes the tests of a file trust the test host that takes admin calls with a client certificate. */
export function trustAdminHost(): void {
  const roots = getCACertificates('default');
  setDefaultCACertificates([...roots, identity.ca]);
  afterAll(() => setDefaultCACertificates(roots));
}

/** Returns the ports of a scene whose admin calls go over TLS and present this client certificate (F10). */
export async function presenting(
  set: Scene,
  leaf: { certificateChain: string; privateKey: string },
): Promise<Ports> {
  const { organization } = set.world;
  const admin = { organization, adminKeys: { 'sk-admin': 'windlass' as const } };
  const host = await serveTrafficHost({ admin, projectKeys: {}, identity });
  onTestFinished(() => host.close());
  const certificates = openaiCertificates({
    ...{ baseURL: host.url, maxRetries: 0 },
    credential: async () => ({ apiKey: 'sk-admin', ...leaf }),
  });
  return { ...set.ports, certificates, hasty: certificates };
}

/**
 * Runs a whole rotation of the organization. Returns how its cut was refused (null when it was not), how the
 * undo went, and whether the admin calls of Windlass still get in.
 */
export async function throughItsCut(set: Scene, ports: Ports) {
  const plan = await set.plan('one', { mode: 'scheduled' }, {}, ports);
  const input = scopeInput('one', plan, 'organization');
  const { execution } = input;
  await activate(ports, input);
  const { provenAt } = await verify(ports, overlap(input));
  const proven = { scope: 'organization', verdict: 'proven' as const, error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, proven);
  await promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  set.time.now += 7 * DAY;
  await verify(ports, { ...input, moment: 'beforeCut' });
  const outcome = await deactivate(ports, input).then(
    () => null,
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  const undone = outcome && (await undo(ports, { ...input, halt: outcome }).catch(({ name }: Error) => name));
  return { outcome, undone, again: await stillIn(ports) };
}

/** Returns 'listed' when admin calls still get in, or the refusal. */
export const stillIn = (ports: Ports): Promise<string> =>
  ports.certificates.list('organization').then(
    () => 'listed',
    ({ name, message }: Error) => `${name}: ${message}`,
  );
