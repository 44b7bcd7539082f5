import { createHash, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyDigestOf, keysOf, publicKeyOf } from '../../lambdas/adapters/x509/keys.ts';

/**
 * Two certificates with one key of a kind that OpenSSL does not know: the last byte of its algorithm's
 * identifier was changed in certificates that `openssl req -x509` had made.
 */
const LEAKED = `-----BEGIN CERTIFICATE-----
MIIBdjCCAR2gAwIBAgIUThm8+8k9gEvWY5OnBNTTHbJS690wCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGTGVha2VkMB4XDTI2MTIwMTEzMjU0NVoXDTM1MDIxNzEzMjU0
NVowETEPMA0GA1UEAwwGTGVha2VkMFkwEwYHKoZIzj0CfwYIKoZIzj0DAQcDQgAE
qYc/6i26jZYua8GLLVulpLw3HsmLwqfFjjPgfEp39HwWjqOYswW6x31AE9BoQFU7
81pdcuT1B+IEa6lPiIVzDqNTMFEwHQYDVR0OBBYEFPuf2hblqFfTXjy7m46cGZKX
2ELPMB8GA1UdIwQYMBaAFPuf2hblqFfTXjy7m46cGZKX2ELPMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgScwEUwjJWvYu9LmWD8AHnJGJLjscsVup
3dKAsepf9aACIDGuEa4dt2L+ZfZqDz4m7IumIY7d6DaB2gE9wijDi3ik
-----END CERTIFICATE-----`;
const AGAIN = `-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIUBtkEst7pLChtzSNvqGR5GCtFtncwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMTGVha2VkIGFnYWluMB4XDTI2MTIwMTEzMjU0NVoXDTM1MDIx
NzEzMjU0NVowFzEVMBMGA1UEAwwMTGVha2VkIGFnYWluMFkwEwYHKoZIzj0CfwYI
KoZIzj0DAQcDQgAEqYc/6i26jZYua8GLLVulpLw3HsmLwqfFjjPgfEp39HwWjqOY
swW6x31AE9BoQFU781pdcuT1B+IEa6lPiIVzDqNTMFEwHQYDVR0OBBYEFPuf2hbl
qFfTXjy7m46cGZKX2ELPMB8GA1UdIwQYMBaAFPuf2hblqFfTXjy7m46cGZKX2ELP
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAMU7WXNjSLzmhXOU
93sx6t+hjG5OYLkZ59bZh1NwDFaxAiAoLzQudWINhTdP+p4NVbNiWLvy86U+x77U
ZvM0u3o4kw==
-----END CERTIFICATE-----`;

it('I15: a key that OpenSSL cannot load is one key, in whatever certificate it stands', () => {
  expect(publicKeyOf(LEAKED)).toBe(null);
  expect(keyDigestOf(AGAIN)).toBe(keyDigestOf(LEAKED));
  const keys = keysOf([
    { anchorId: 'cert_leaked', pem: LEAKED },
    { anchorId: 'cert_again', pem: AGAIN },
  ]);
  expect(keys.get('cert_again')).toEqual(keys.get('cert_leaked'));
});

it('I15: its digest is that of its SPKI as it stands, which other tools tell as well', () => {
  const { raw } = new X509Certificate(LEAKED);
  const identifier = Buffer.from('06072a8648ce3d027f', 'hex');
  // A P-256 point with its curve: 91 bytes, of which four come before the identifier.
  const at = raw.indexOf(identifier) - 4;
  const spki = raw.subarray(at, at + 91);
  expect(keyDigestOf(LEAKED)).toBe(createHash('sha256').update(spki).digest('hex'));
});
