import 'reflect-metadata';
import { type KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { isIn, onAcme } from '../saying.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256' };
const publicKey = (key: KeyObject) =>
  webcrypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), EC, true, ['verify']);
const privateKey = (key: KeyObject) =>
  webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), EC, true, ['sign']);

/** Returns a cross-certificate (PEM) of `of` by `by`. `pathLength` limits how many CAs may stand below it. */
async function crossCertificate(by: string, of: string, pathLength?: number): Promise<string> {
  const [issuer, subject] = [authorityOf(by, 0), authorityOf(of, 0)];
  const keys = await publicKey(subject.keys.publicKey);
  const issuerKey = await publicKey(issuer.keys.publicKey);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.X509Certificate(subject.pem).subjectName,
    issuer: new x509.X509Certificate(issuer.pem).subjectName,
    notBefore: new Date(1_000_000_000_000),
    notAfter: new Date(4_000_000_000_000),
    publicKey: keys,
    signingKey: await privateKey(issuer.keys.privateKey),
    signingAlgorithm: { ...EC, hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(true, pathLength, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys),
      await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    ],
  } as never);
  return `${certificate.toString('pem')}\n`;
}

it.each([undefined, 0])(
  'I1, I19: a client that keeps its leaf is not locked out, in a run that ends well, by the path length of the way that it was to get in by: %s',
  async (pathLength) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_bolt0', expires: 900, in: ['proj_a'] },
      ],
      [onAcme('billing', 'proj_a'), { name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
    );
    const leaf = leafUnder(authorityOf('acme', 0), { client: 'search', intermediate: true });
    const certificateChain = leaf.certificateChain + (await crossCertificate('bolt', 'acme', pathLength));
    const held = { apiKey: 'sk-search', ...leaf, certificateChain };
    set.world.secrets.put('search', JSON.stringify(held), ['AWSCURRENT']);
    expect(await isIn(set, 'search')).toBe('accepted');
    const ports = { ...set.ports, hosts: [HOST] };
    const plan = await set.plan('one');
    const input = scopeInput('one', plan);
    const [share] = plan.waves[0]?.scopes ?? [];
    if (share?.successions.every(({ held: isHeld }) => isHeld)) return;
    await activate(ports, input);
    const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
    const about = { execution: input.execution, phase: 'overlap' as const };
    await set.verdicts.leave(about, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
    await promote(ports, {
      execution: input.execution,
      plan,
      verification: [{ anyHalted: false, provenAt }],
    });
    set.time.now += 8 * 86_400;
    await verify(ports, { ...input, moment: 'beforeCut' });
    const deactivation = await deactivate(ports, input);
    await confirm(ports, { ...input, deactivation }).catch(() => {});
    expect(await isIn(set, 'search')).toBe('accepted');
  },
);
