import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  type Authority,
  createAuthority,
  issueLeaf,
  type LeafCredential,
} from '../../simulation/certificates/pki.ts';
import { VALID } from './acme.ts';
import { authorityOfKind, type Kind } from './kinds.ts';
import { DAY, NOW } from './organization.ts';
import { caseOf } from './rotation.ts';

const RSA_PSS = {
  ...{ name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048 },
  publicExponent: new Uint8Array([1, 0, 1]),
};
const endOf = (year: number): number => Date.UTC(year, 11, 31, 23, 59, 59) / 1000;

/**
 * Runs a whole rotation of a client from the first CA to the second, which expires in `ends` days. Expects
 * that it succeeds.
 */
async function rotatesWell(
  [old, next]: [string, string],
  held: { running: LeafCredential; staged: LeafCredential },
  ends = 3_000,
): Promise<void> {
  const anchors = [
    { id: 'cert_1', name: 'acme@1', pem: old, expires: 20, in: ['proj_a'] },
    { id: 'cert_2', name: 'acme@2', pem: next, expires: ends },
  ];
  const { rotate, everybody, activeIn } = await caseOf(anchors, [{ name: 'billing', ...held }]);
  const { error, blocked } = await rotate();
  expect({ error, blocked, active: activeIn('proj_a') }).toEqual({
    error: undefined,
    blocked: [],
    active: ['cert_2'],
  });
  expect(await everybody()).toEqual({ billing: 'accepted' });
}

it.each<[string, Kind, (of: X509Certificate) => boolean]>([
  [
    'P-521',
    { algorithm: { name: 'ECDSA', namedCurve: 'P-521' } },
    (of) => of.publicKey.asymmetricKeyDetails?.namedCurve === 'secp521r1',
  ],
  ['Ed25519', { algorithm: { name: 'Ed25519' } }, (of) => of.publicKey.asymmetricKeyType === 'ed25519'],
  ['RSA-PSS', { algorithm: RSA_PSS }, (of) => of.publicKey.asymmetricKeyType === 'rsa'],
  ['key identifiers by SHA-256', { hash: 'SHA-256' }, () => true],
  [
    'an end in 2049, the last year of two digits',
    { notAfter: endOf(2049) },
    (of) => of.validTo.includes('2049'),
  ],
  ['an end in 2050, the first year of four', { notAfter: endOf(2050) }, (of) => of.validTo.includes('2050')],
  ['an end in 9999', { notAfter: endOf(9999) }, (of) => of.validTo.includes('9999')],
])('certificates with %s are rotated as any others', async (_what, kind, isSo) => {
  const [old, next] = [await authorityOfKind('acme 1', kind), await authorityOfKind('acme 2', kind)];
  expect(isSo(new X509Certificate(next.pem))).toBe(true);
  const ends = kind.notAfter === undefined ? 3_000 : (kind.notAfter - NOW) / DAY;
  const held = { running: await old.leafOf('billing'), staged: await next.leafOf('billing') };
  await rotatesWell([old.pem, next.pem], held, ends);
});

it.each([
  ['0', Buffer.alloc(1)],
  ['-01', Buffer.from([0xff])],
])('certificates with the serial number %s are rotated as any others', async (number, serial) => {
  const [old, next] = ['acme 1', 'acme 2'].map((name) => createAuthority({ name, serial, ...VALID }));
  const leaf = (of = old) => issueLeaf(of as Authority, { commonName: 'billing', serial, ...VALID });
  expect(new X509Certificate(leaf().certificateChain).serialNumber).toBe(number);
  await rotatesWell([old?.pem ?? '', next?.pem ?? ''], { running: leaf(), staged: leaf(next) });
});

it('a next generation of the same name with another key is told from the one before', async () => {
  const [old, next] = [await authorityOfKind('acme'), await authorityOfKind('acme')];
  const anchors = [
    { id: 'cert_1', name: 'acme@1', pem: old.pem, expires: 20, in: ['proj_a'] },
    { id: 'cert_2', name: 'acme@2', pem: next.pem, expires: 3_000 },
  ];
  const [running, staged] = [await old.leafOf('billing'), await next.leafOf('billing')];
  const search = { name: 'search', running: await old.leafOf('search') };
  const { rotate, everybody, activeIn } = await caseOf(anchors, [
    { name: 'billing', running, staged },
    search,
  ]);
  const { blocked } = await rotate();
  expect(blocked).toMatchObject([{ anchor: 'cert_1', client: 'search' }]);
  expect(activeIn('proj_a')).toContain('cert_1');
  expect(await everybody()).toEqual({ billing: 'accepted', search: 'accepted' });
});
