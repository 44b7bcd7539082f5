import { createHash, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyDigestOf } from '../../lambdas/adapters/x509/keys.ts';

/**
 * Certificates of one key of a curve that JWK has no name for, with its point uncompressed and compressed:
 * `openssl ec -conv_form`.
 */
const WHOLE = `-----BEGIN CERTIFICATE-----
MIIBejCCASCgAwIBAgIUGteTZsOl+a5AcW6o+GDOxU9jIMswCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHT25lIGtleTAeFw0yNjExMjgxOTAwMjNaFw0zNjExMjUxOTAw
MjNaMBIxEDAOBgNVBAMMB09uZSBrZXkwWjAUBgcqhkjOPQIBBgkrJAMDAggBAQcD
QgAEY5+8msvCmv1q4eZ47ovLNkUyjs0Ahl6qnUQ1Xhf/jphuBya2gljuhgvWJ+6L
jQBJbJmQZmxfOqI7qU9NGd9imKNTMFEwHQYDVR0OBBYEFNbK22BFIdBWo7/4O9qf
9SnYhaRrMB8GA1UdIwQYMBaAFNbK22BFIdBWo7/4O9qf9SnYhaRrMA8GA1UdEwEB
/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgSCYKAyVdGYACqdGdKt/EfEM25RmT
0lqpxXtvd43SopcCIQCegRfx3eHUq47GVT53dV8xv1D0hVTevpsEq2wHiquqCg==
-----END CERTIFICATE-----`;
const COMPRESSED = `-----BEGIN CERTIFICATE-----
MIIBWTCCAQCgAwIBAgIUdcnGgG+6/2Ks7J/lof4/NUMIxE8wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHT25lIGtleTAeFw0yNjExMjgxOTAwMjNaFw0zNjExMjUxOTAw
MjNaMBIxEDAOBgNVBAMMB09uZSBrZXkwOjAUBgcqhkjOPQIBBgkrJAMDAggBAQcD
IgACY5+8msvCmv1q4eZ47ovLNkUyjs0Ahl6qnUQ1Xhf/jpijUzBRMB0GA1UdDgQW
BBTy0Ne2QUCC27xv7BCPCaQ8Xx6YrTAfBgNVHSMEGDAWgBTy0Ne2QUCC27xv7BCP
CaQ8Xx6YrTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIEf/Jv7c
Bo2HRDRv5gomeIqHukEMn6km2lUJAn/GgR2zAiBdUeEkE9D7TcLqamaPkcI7adFP
GYMf/xsBw0AyCojCKw==
-----END CERTIFICATE-----`;

/** Certificates of one RSA key as rsaEncryption and as id-RSASSA-PSS, with the same modulus and exponent. */
const RSA = `-----BEGIN CERTIFICATE-----
MIIDBTCCAe2gAwIBAgIUJnNjAKDGEELLZMqHixWmIeBgu3MwDQYJKoZIhvcNAQEL
BQAwEjEQMA4GA1UEAwwHT25lIGtleTAeFw0yNjExMjgxOTAwMjVaFw0zNjExMjUx
OTAwMjVaMBIxEDAOBgNVBAMMB09uZSBrZXkwggEiMA0GCSqGSIb3DQEBAQUAA4IB
DwAwggEKAoIBAQDh/mX5nDQWH8r1yF2mkqTeWpaAq3Z4OsPJjNk/5Tq8UhZ/YHPB
/WRp/nMzy3Z2JK2HkPoXi3BLG5gKbD4h/iEnwjpm9FjrfOD7X9j7dPGFohfiJ8qU
wqSu8/tpRQGDcG3A8LTYLzDnURHQtJfSMqHeBVf/gSWFK6Q27/a0s4PgJKyFVNg4
efvJ3lZVRlyiQif5qGm58sLoSh6GJpNFu5z4xNJcBEpZ7tAdxKLgg3X3IhAqbn33
cBMtR6apdKIAZVd40RpbtYmZ2WM3zGCBX50tv7hHvzBSObrtLub1Rc+7E2AEMxYD
bLXeV3vejVebfIPb6P2SBGk4La1kRO1nE9b9AgMBAAGjUzBRMB0GA1UdDgQWBBTC
4A3+CEMqfdpXOwVZxDtjkp2COTAfBgNVHSMEGDAWgBTC4A3+CEMqfdpXOwVZxDtj
kp2COTAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQBfiu71WYuV
DzTMxnVXAPZo0nXjhnwn982Y5oXvpPwgEeC2K8iTW0FpbNAfiG/G9Fx1F+ImQWA+
cLVtBAdVb+6O5jSMDy/7YGbz91lFUS7mzHPMyP6bbV49VmbMZv0E4YEVJdnsPTqe
20lx+cphKVzwu2p2suOFL1ToEHmPotY1GKMLMHxSEfhlrCEFYRvRYA4gg4xp6IH1
P1X/9AwqjsspksC5y313etOptH04xTbgRuS4cJYuU8950FzSzYZ51VTQcwAhUvFA
oYvM3RHcmUcYmb7Bw5McmsCHxcKLedEtK8jdAtOSfs/GcevojpN0W3L2uHuZYvZ4
9zKFpBRJ8Wtu
-----END CERTIFICATE-----`;
const RSA_PSS = `-----BEGIN CERTIFICATE-----
MIIDbTCCAiCgAwIBAgIUFJRgZHRDgaAivFVw+MApym2sQRMwQgYJKoZIhvcNAQEK
MDWgDzANBglghkgBZQMEAgEFAKEcMBoGCSqGSIb3DQEBCDANBglghkgBZQMEAgEF
AKIEAgIA3jASMRAwDgYDVQQDDAdPbmUga2V5MB4XDTI2MTEyODE5MDAyNVoXDTM2
MTEyNTE5MDAyNVowEjEQMA4GA1UEAwwHT25lIGtleTCCASAwCwYJKoZIhvcNAQEK
A4IBDwAwggEKAoIBAQDh/mX5nDQWH8r1yF2mkqTeWpaAq3Z4OsPJjNk/5Tq8UhZ/
YHPB/WRp/nMzy3Z2JK2HkPoXi3BLG5gKbD4h/iEnwjpm9FjrfOD7X9j7dPGFohfi
J8qUwqSu8/tpRQGDcG3A8LTYLzDnURHQtJfSMqHeBVf/gSWFK6Q27/a0s4PgJKyF
VNg4efvJ3lZVRlyiQif5qGm58sLoSh6GJpNFu5z4xNJcBEpZ7tAdxKLgg3X3IhAq
bn33cBMtR6apdKIAZVd40RpbtYmZ2WM3zGCBX50tv7hHvzBSObrtLub1Rc+7E2AE
MxYDbLXeV3vejVebfIPb6P2SBGk4La1kRO1nE9b9AgMBAAGjUzBRMB0GA1UdDgQW
BBTC4A3+CEMqfdpXOwVZxDtjkp2COTAfBgNVHSMEGDAWgBTC4A3+CEMqfdpXOwVZ
xDtjkp2COTAPBgNVHRMBAf8EBTADAQH/MEIGCSqGSIb3DQEBCjA1oA8wDQYJYIZI
AWUDBAIBBQChHDAaBgkqhkiG9w0BAQgwDQYJYIZIAWUDBAIBBQCiBAICAN4DggEB
AK2xhgndU7/DnJMcCpYISwuAxo0Os7tTWKtZQn+O4pEGP0BjujGYDwDLU9ipin+s
VDWigiyiGOU3suikEw8bvjlhcJQrCCGR8RN0X0W+ykxVptpAGhee4VRng1FBL/b4
odAFt7+/2h4vJuvSrqMLV0D6tq4B8Bonjx74M34Q0FhrSKJEMWjpI9emYQo9btNk
t3RfoalVgaIYOfPH6szxjq/VKJ1VK0tH8MTGtE/CIC763cgpJr8nXhHZjRnjOowJ
zv6238oDU70klCRX7kgc3/6BRByAvto5q/bIqzQX9uxSFVcVzQQdOnZWdisGNxsk
DRqXTELYfT+qRZk/sXtBBS0=
-----END CERTIFICATE-----`;

it.each([
  ['a point of a brainpool curve that is compressed', WHOLE, COMPRESSED],
  ['an RSA key that is to sign by PSS alone', RSA, RSA_PSS],
])(
  'I15: the digest of a leaked key is that of %s as well: whoever has the one has the other',
  (_, one, other) => {
    expect(keyDigestOf(other)).toBe(keyDigestOf(one));
  },
);

it.each([WHOLE, RSA])(
  'the usual form has the digest of its own public key, as it was remembered before',
  (pem) => {
    const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
    expect(keyDigestOf(pem)).toBe(createHash('sha256').update(spki).digest('hex'));
  },
);
