import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { serverIdentity } from '../../../simulation/certificates/pki.ts';
import { serveTrafficHost } from '../../../simulation/served/traffic-host.ts';
import { overlap } from '../saying.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

const identity = await serverIdentity();
const roots = getCACertificates('default');
setDefaultCACertificates([...roots, identity.ca]);
afterAll(() => setDefaultCACertificates(roots));

it.each([undefined, 'subject.common_name == "bolts"'])(
  'I1, I10, F10, F16: no cut in the organization leaves the admin credential to another anchor whose filter nobody has seen: %s',
  async (filter) => {
    const set = await scene([
      { id: 'cert_acme0', expires: 20, in: ['organization'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_bolt0', expires: 900, in: ['organization'], ...(filter !== undefined && { filter }) },
    ]);
    const { organization } = set.world;
    const admin = { organization, adminKeys: { 'sk-admin': 'windlass' as const } };
    const host = await serveTrafficHost({ admin, projectKeys: {}, identity });
    onTestFinished(() => host.close());
    // Bolt has vouched for acme's first generation.
    const leaf = leafUnder(authorityOf('acme', 0), { client: 'windlass', by: authorityOf('bolt', 0) });
    const certificates = openaiCertificates({
      ...{ baseURL: host.url, maxRetries: 0 },
      credential: async () => ({ apiKey: 'sk-admin', ...leaf }),
    });
    const ports = { ...set.ports, certificates, hasty: certificates };
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
    const halt = await deactivate(ports, input).then(
      () => null,
      ({ name, message }: Error) => ({ Error: name, Cause: message }),
    );
    if (halt) await undo(ports, { ...input, halt }).catch(() => {});
    const again = await ports.certificates.list('organization').then(
      () => 'listed',
      ({ name, message }: Error) => `${name}: ${message}`,
    );
    expect(again).toBe('listed');
  },
);

it.each([undefined, 'subject.common_name == "bolts"'])(
  'I10, F7, F10: no activation in the organization puts before the chain of the admin credential the CA that has issued it, whose filter nobody has seen: %s',
  async (filter) => {
    const set = await scene(
      [{ id: 'cert_acme0', expires: 20, in: ['organization'] }],
      [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0', intermediate: true } }],
    );
    const { organization } = set.world;
    const leaf = leafUnder(authorityOf('acme', 0), { client: 'windlass', intermediate: true });
    const end = '-----END CERTIFICATE-----\n';
    const pem = `${leaf.certificateChain.split(end)[1]}${end}`;
    const about = { id: 'cert_acme1', name: 'acme@1', createdAt: NOW - DAY, expiresAt: NOW + 300 * DAY, pem };
    organization.seed({ ...about, ...(filter !== undefined && { filter }) }, []);
    const admin = { organization, adminKeys: { 'sk-admin': 'windlass' as const } };
    const host = await serveTrafficHost({ admin, projectKeys: {}, identity });
    onTestFinished(() => host.close());
    const certificates = openaiCertificates({
      ...{ baseURL: host.url, maxRetries: 0 },
      credential: async () => ({ apiKey: 'sk-admin', ...leaf }),
    });
    const ports = { ...set.ports, certificates, hasty: certificates };
    const plan = await set.plan('one', { mode: 'scheduled' }, {}, ports);
    if (plan.decision !== 'rotate') return;
    await activate(ports, scopeInput('one', plan, 'organization')).catch(() => {});
    const again = await ports.certificates.list('organization').then(
      () => 'listed',
      ({ name, message }: Error) => `${name}: ${message}`,
    );
    expect(again).toBe('listed');
  },
);
