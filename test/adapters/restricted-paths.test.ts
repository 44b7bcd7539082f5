import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  Extension,
  type JsonGeneralName,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { describe, expect, it, test } from 'vitest';
import { inspectLeaf } from '../../lambdas/adapters/x509/leaf.ts';
import type { Credential } from '../../lambdas/adapters/x509/leaf-problems.ts';
import * as der from '../../simulation/certificates/der.ts';
import type { Flaws } from '../../simulation/certificates/extensions.ts';
import { createAuthority, issueIntermediate, issueLeaf } from '../../simulation/certificates/pki.ts';

const NOW = Math.floor(Date.now() / 1000);
const valid = { notBefore: NOW - 86_400, notAfter: NOW + 30 * 86_400 };
const root = createAuthority({ name: 'acme', ...valid });
const anchors = [{ anchorId: 'cert_acme', pem: root.pem }];
const below = (flaws: Flaws, own: Parameters<typeof issueLeaf>[1] = { commonName: 'billing', ...valid }) =>
  issueLeaf(issueIntermediate(root, { name: 'acme issuing', ...valid, ...flaws }), own);
const named = (...dns: string[]) => ({ commonName: 'billing', dns, ...valid });

/**
 * Returns the error of OpenSSL for a client's chain, as a server that trusts only the root. Null where it
 * accepts the chain.
 */
const told = ({ certificateChain: cert, privateKey: key }: Credential, ca: string): Promise<string | null> =>
  new Promise((resolve) => {
    const judge = (socket: TLSSocket) => {
      resolve(socket.authorized ? null : String(socket.authorizationError));
      socket.end();
      host.close();
    };
    const host = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: false }, judge);
    host.listen(0, () => {
      const { port } = host.address() as AddressInfo;
      connect({ port, cert, key, rejectUnauthorized: false }).on('error', () => {});
    });
  });

describe.each<[string, () => Credential, RegExp | null]>([
  ['a leaf of a plain intermediate', () => below({}), null],
  ['an intermediate for servers alone', () => below({ forServers: true }), /not for client authentication/],
  [
    'an intermediate with a critical extension of its own',
    () => below({ unknownCritical: true }),
    /that no host knows/,
  ],
  [
    'a leaf with a critical extension of its own',
    () => issueLeaf(root, { commonName: 'billing', unknownCritical: true, ...valid }),
    /that no host knows/,
  ],
  [
    'a name below what an intermediate is constrained to',
    () => below({ onlyBelow: 'acme.com' }, named('a.acme.com')),
    null,
  ],
  ['no name of the kind that is constrained', () => below({ onlyBelow: 'acme.com' }), null],
  [
    'a name beside what an intermediate is constrained to',
    () => below({ onlyBelow: 'acme.com' }, named('acme.org')),
    /name constraints/,
  ],
])('%s', (_what, make, why) => {
  const credential = make();

  it(
    why
      ? 'is no path for a leaf that no host is asked about (I19)'
      : 'is a path for a leaf that no host is asked about',
    () => {
      const { validUntil, pathProblems, problems } = inspectLeaf(credential, anchors, NOW, {
        unprobed: true,
      });
      const said = [...Object.values(pathProblems), ...problems].join();
      if (why) expect(said).toMatch(why);
      else expect({ said, leads: Object.keys(validUntil) }).toEqual({ said: '', leads: ['cert_acme'] });
    },
  );

  it('is waited for before it begins where it is a path then', () => {
    const { coming = {} } = inspectLeaf(credential, anchors, NOW - 2 * 86_400, { unprobed: true });
    expect(Object.keys(coming)).toEqual(why ? [] : ['cert_acme']);
  });

  it('is judged so by a TLS stack as well', async () => {
    expect((await told(credential, root.pem)) === null).toBe(why === null);
  });

  it('says nothing of a leaf that a client runs on, which would have nothing to lose then (I1)', () => {
    const { validUntil, problems } = inspectLeaf(credential, anchors, NOW);
    expect({ leads: Object.keys(validUntil), problems }).toEqual({ leads: ['cert_acme'], problems: [] });
  });
});

describe('name constraints (RFC 5280, 4.2.1.10)', () => {
  const alg = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const dates = { notBefore: new Date(valid.notBefore * 1000), notAfter: new Date(valid.notAfter * 1000) };
  const text = (tag: number, name: string) => der.tagged(tag, Buffer.from(name), 'primitive');
  const directory = (field: string, value: string) =>
    der.tagged(4, der.sequence(der.set(der.sequence(der.objectIdentifier(field), der.utf8String(value)))));
  const UNIT = '2.5.4.11';

  /** A chain whose issuing CA has these constraints, with the root above it. */
  async function chain(constraints: Buffer, names: JsonGeneralName[], subject: string) {
    const keys = () => crypto.subtle.generateKey(alg, true, ['sign', 'verify']);
    const [rootKeys, caKeys, ownKeys] = [await keys(), await keys(), await keys()];
    const made = async (
      name: string,
      issuer: string,
      own: typeof rootKeys,
      by: typeof rootKeys,
      more: Extension[],
    ) =>
      X509CertificateGenerator.create({
        ...{ subject: name, issuer, signingAlgorithm: alg, ...dates },
        ...{ publicKey: own.publicKey, signingKey: by.privateKey },
        extensions: [
          ...more,
          await SubjectKeyIdentifierExtension.create(own.publicKey),
          await AuthorityKeyIdentifierExtension.create(by.publicKey),
        ],
      });
    const ca = new BasicConstraintsExtension(true, undefined, true);
    const top = await made('CN=top', 'CN=top', rootKeys, rootKeys, [ca]);
    const issuing = await made('CN=issuing', 'CN=top', caKeys, rootKeys, [
      ca,
      new Extension('2.5.29.30', true, constraints),
    ]);
    const leaf = await made(
      subject,
      'CN=issuing',
      ownKeys,
      caKeys,
      names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [],
    );
    const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', ownKeys.privateKey)).toString('base64');
    return {
      pem: `${top.toString('pem')}\n`,
      certificateChain: [leaf, issuing].map((one) => `${one.toString('pem')}\n`).join(''),
      privateKey: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
    };
  }

  test.each<[string, 'permitted' | 'excluded', Buffer, JsonGeneralName[], boolean]>([
    ['the host itself', 'permitted', text(2, 'acme.com'), [{ type: 'dns', value: 'ACME.com' }], true],
    [
      'a host that only ends alike',
      'permitted',
      text(2, 'acme.com'),
      [{ type: 'dns', value: 'notacme.com' }],
      false,
    ],
    [
      'one host of two',
      'permitted',
      text(2, 'acme.com'),
      [
        { type: 'dns', value: 'a.acme.com' },
        { type: 'dns', value: 'b.org' },
      ],
      false,
    ],
    [
      'a host that is excluded',
      'excluded',
      text(2, 'evil.com'),
      [{ type: 'dns', value: 'x.evil.com' }],
      false,
    ],
    [
      'another host than is excluded',
      'excluded',
      text(2, 'evil.com'),
      [{ type: 'dns', value: 'acme.com' }],
      true,
    ],
    [
      'an address of the host',
      'permitted',
      text(1, 'acme.com'),
      [{ type: 'email', value: 'ops@acme.com' }],
      true,
    ],
    [
      'an address of another host',
      'permitted',
      text(1, 'acme.com'),
      [{ type: 'email', value: 'ops@acme.org' }],
      false,
    ],
    [
      'a URI of the host',
      'permitted',
      text(6, 'acme.com'),
      [{ type: 'url', value: 'spiffe://acme.com/billing' }],
      true,
    ],
    [
      'a URI of a host below',
      'permitted',
      text(6, '.acme.com'),
      [{ type: 'url', value: 'https://a.acme.com/' }],
      true,
    ],
    [
      'a URI of another host',
      'permitted',
      text(6, 'acme.com'),
      [{ type: 'url', value: 'spiffe://acme.org/billing' }],
      false,
    ],
    [
      'an address within a network',
      'permitted',
      text(7, '\x0a\x00\x00\x00\x7f\x00\x00\x00'),
      [{ type: 'ip', value: '10.1.2.3' }],
      true,
    ],
    [
      'an address without',
      'permitted',
      text(7, '\x0a\x00\x00\x00\x7f\x00\x00\x00'),
      [{ type: 'ip', value: '192.168.0.1' }],
      false,
    ],
    ['a subject of the unit', 'permitted', directory(UNIT, 'Billing'), [], true],
    ['a subject of another unit', 'permitted', directory(UNIT, 'search'), [], false],
    ['a subject of a unit that is excluded', 'excluded', directory(UNIT, 'billing'), [], false],
  ])('%s, where a kind is %s', async (_what, which, base, names, isIn) => {
    const subtree = der.sequence(base);
    const constraints = der.sequence(der.tagged(which === 'permitted' ? 0 : 1, subtree));
    const { pem, ...credential } = await chain(constraints, names, 'OU=billing,CN=a client');
    const { validUntil } = inspectLeaf(credential, [{ anchorId: 'cert_top', pem }], NOW, { unprobed: true });
    expect(Object.keys(validUntil)).toEqual(isIn ? ['cert_top'] : []);
    expect((await told(credential, pem)) === null).toBe(isIn);
  });

  test('that cannot be read let nothing pass', async () => {
    const { pem, ...credential } = await chain(Buffer.from('30ff', 'hex'), [], 'CN=a client');
    const { validUntil } = inspectLeaf(credential, [{ anchorId: 'cert_top', pem }], NOW, { unprobed: true });
    expect(validUntil).toEqual({});
  });
});
