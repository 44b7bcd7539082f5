import { expect, test } from 'vitest';
import { scrub } from '../../lambdas/adapters/scrub.ts';

const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n';

test.for([
  ['a PEM', pem],
  ['a PEM in JSON', JSON.stringify(pem)],
  ['a PEM cut short', pem.slice(0, 40)],
  ['the end of a PEM', pem.slice(30)],
  ['a PEM in a URL', encodeURIComponent(pem)],
  ['a PEM with spaces for its line breaks', `${pem.replaceAll('\n', ' ')}`],
  ['the end of one', `${'MIIE'.repeat(16)} ${'MIIE'.repeat(9)} -----END PRIVATE KEY-----`],
  ['its body alone', `MIIE${'aB3/'.repeat(15)} MIIEaa==`],
  ['an unprefixed key', 'MIIEx9Qm2LrT8vYwZ0aBcDeFgHiJkLmNoPqRsTuV'],
  ['an unprefixed key for URLs', 'MIIEx9Qm2LrT8vYwZ0a_cDeFgHiJkLmNoP-RsTuV'],
  ['a key in hex', Buffer.from('MIIE-0123456789-abcd-').toString('hex')],
  ['a PEM in base64', Buffer.from(pem.repeat(2)).toString('base64')],
  ['a bearer token', 'authorization: Bearer abc.MIIE.def'],
  ['a token by its name', '{"access_token":"MIIE.0123~abc","token_type":"Bearer"}'],
  ['a token by its name in JSON in JSON', JSON.stringify('{"access_token": "MIIE-0123"}')],
  ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.MIIEzdWIiOiJ4In0.MIIEc2ln'],
  ['an API key', 'sk-admin-MIIE0123'],
  ['a masked API key', 'sk-MIIE***0123'],
  ['a secret access key of AWS', 'wMIIEUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEYx'],
  ['a secret access key of AWS behind a name', 'pw=wMIIEUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEYx'],
  ['a known secret', 'MIIE-known'],
] as const)('takes %s out of a text', ([, secret]) => {
  const clean = scrub(`it said ${secret} and more`, ['MIIE-known', '']);
  expect(clean).not.toMatch(/MIIE|TUlJ|4d494945|BEGIN/);
  expect(clean).toMatch(/^it said /);
});

const key = 'Zq81-recognizable-0123456789-abcdefghijkl';
const forms: [string, string][] = [
  ['plain', key],
  ['its end only', key.slice(-18)],
  ['its middle, in words', `x${key.slice(4, 30)}x`],
  ['base64', Buffer.from(key).toString('base64')],
  ['base64 after a byte', Buffer.from(`:${key}`).toString('base64')],
  ['base64 after two bytes', Buffer.from(`x:${key}`).toString('base64')],
  ['base64url', Buffer.from(key).toString('base64url')],
  ['hex', Buffer.from(key).toString('hex')],
  ['upper-case hex', Buffer.from(key).toString('hex').toUpperCase()],
  ['in a URL', encodeURIComponent(`${key}&`)],
];
test.for(forms)('takes a known secret out of a text: %s', ([, written]) => {
  const clean = scrub(`it said ${written} and more`, [key]);
  expect(clean).toMatch(/^it said x?\S{0,4}\[secret\]\S{0,6} and more$/);
});

test('takes out a certificate that is another than the known one, and like it', () => {
  const line = (middle: string) => `MIICKjCCAdCgAwIBAgIR${middle}MAoGCCqGSM49BAMCMBExDzANBgNVBAMTBmFj`;
  const pemOf = (middle: string) =>
    `-----BEGIN CERTIFICATE-----\n${line(middle)}\n-----END CERTIFICATE-----\n`;
  const [known, other] = [pemOf('AO3CVmfgAEpUK7bY'), pemOf('BPd9Qw1zKfLxVt2N')];
  for (const written of [other, line('BPd9Qw1zKfLxVt2N'), Buffer.from(other).toString('base64')])
    expect(scrub(`it said ${written} and more`, [known])).not.toMatch(/BPd9|Qw1z|xVt2/);
});

test('reads no more of a text than anybody is shown, and soon', () => {
  expect(scrub('-----BEGIN '.repeat(400_000), [key])).toBe('[PEM]');
});

test('leaves what an operator needs, on one line of bounded length', () => {
  const words = 'No such certificate: cert_690f3a7d8c1b2e4f in\n  proj_abc123 (401 invalid_api_key)';
  expect(scrub(words)).toBe(
    'No such certificate: cert_690f3a7d8c1b2e4f in proj_abc123 (401 invalid_api_key)',
  );
  for (const name of [
    'ab12'.repeat(16),
    'windlass-emergency-3f0c9a52-7d1e-4b7a-9c55-0a1b2c3d4e5f',
    'acme/production/payments/checkout-gateway-eu',
    'AWSReservedSSO_AdministratorAccess_0123456789abcdef',
  ])
    expect(scrub(`saw ${name} there`)).toBe(`saw ${name} there`);
  expect(scrub('word '.repeat(1000))).toHaveLength(300);
});
