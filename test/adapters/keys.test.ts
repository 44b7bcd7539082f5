import { describe, expect, it } from 'vitest';
import { rememberingKeys } from '../../lambdas/adapters/facts/remembering-keys.ts';
import { keyDigestOf, publicKeyOf } from '../../lambdas/adapters/x509/keys.ts';

/** Certificates of one EC key, with its point uncompressed and compressed: `openssl ec -conv_form`. */
const WHOLE = `-----BEGIN CERTIFICATE-----
MIIBjDCCATGgAwIBAgIURXe5Y8cgKN6Ys2ou/mpuuDhbI+4wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHb25lIGtleTAgFw0yNjExMjcxNjE5MzZaGA8yMTI2MTEwMzE2
MTkzNlowEjEQMA4GA1UEAwwHb25lIGtleTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABPsCyyE0r03DPIqxtF6rtnjVH1SYq0NuFy8p0M8tqlE3AXH6JlkT39V8qtEf
zy6JffIIbUGcfVKz+9qUWS5KldCjYzBhMB0GA1UdDgQWBBQgPrNQAPE+zuMrvmLm
P79cfYfoZDAfBgNVHSMEGDAWgBQgPrNQAPE+zuMrvmLmP79cfYfoZDAPBgNVHRMB
Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNJADBGAiEAmiGp
f90mDWnksog6p2C6TbqZCx+CRckU0/OjT7KuNNUCIQCcaNaE0UHv+abdem84eybJ
0U90cz/+KwqfIjsO1l3Hng==
-----END CERTIFICATE-----`;
const COMPRESSED = `-----BEGIN CERTIFICATE-----
MIIBbDCCARGgAwIBAgIUWojn6wCvNlSU05IUC6Jc5GtMr58wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHb25lIGtleTAgFw0yNjExMjcxNjE5MzZaGA8yMTI2MTEwMzE2
MTkzNlowEjEQMA4GA1UEAwwHb25lIGtleTA5MBMGByqGSM49AgEGCCqGSM49AwEH
AyIAAvsCyyE0r03DPIqxtF6rtnjVH1SYq0NuFy8p0M8tqlE3o2MwYTAdBgNVHQ4E
FgQUJlqRz6DkdaHi+HP4urXB4WCjiyMwHwYDVR0jBBgwFoAUJlqRz6DkdaHi+HP4
urXB4WCjiyMwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwCgYIKoZI
zj0EAwIDSQAwRgIhAOm93Rc3XslzLlaPURiWw0E7Q25pkthTWnFMQamPcY/2AiEA
iuVSlTGg3XdwiAcC6SaN3YHndkA2I3Dhps5Y3jvTJKk=
-----END CERTIFICATE-----`;

describe('the digest of a public key (I15)', () => {
  it('is the same however the point of its curve is written', () => {
    expect(keyDigestOf(COMPRESSED)).toBe(keyDigestOf(WHOLE));
    expect(publicKeyOf(COMPRESSED)).toBe(publicKeyOf(WHOLE));
  });

  it('is read anew for an anchor whose digest an older version took from the other form', async () => {
    const written: object[] = [];
    const journal = { rememberDigests: async (keys: readonly object[]) => void written.push(...keys) };
    const certificates = { content: async () => COMPRESSED };
    const keyDigest = keyDigestOf(WHOLE) ?? '';
    const named = [
      { anchorId: 'cert_old', keyDigest: 'of the compressed point' },
      { anchorId: 'cert_known', keyDigest },
    ];
    const { content } = rememberingKeys(certificates, journal, named);
    for (const id of ['cert_old', 'cert_known', 'cert_unnamed']) expect(await content(id)).toBe(COMPRESSED);
    expect(written).toEqual([{ anchorId: 'cert_old', keyDigest }]);
  });
});
