import { expect, test } from 'vitest';
import { scrub } from '../../lambdas/adapters/scrub.ts';

const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n';

test.for([
  ['a PEM', pem],
  ['a PEM in JSON', JSON.stringify(pem)],
  ['a PEM cut short', pem.slice(0, 40)],
  ['a PEM in base64', Buffer.from(pem.repeat(2)).toString('base64')],
  ['a bearer token', 'authorization: Bearer abc.MIIE.def'],
  ['an API key', 'sk-admin-MIIE0123'],
  ['a masked API key', 'sk-MIIE***0123'],
  ['a known secret', 'MIIE-known'],
] as const)('takes %s out of a text', ([, secret]) => {
  const clean = scrub(`it said ${secret} and more`, ['MIIE-known', '']);
  expect(clean).not.toMatch(/MIIE|TUlJ|BEGIN/);
  expect(clean).toMatch(/^it said /);
});

test('leaves what an operator needs, on one line of bounded length', () => {
  const words = 'No such certificate: cert_690f3a7d8c1b2e4f in\n  proj_abc123 (401 invalid_api_key)';
  expect(scrub(words)).toBe(
    'No such certificate: cert_690f3a7d8c1b2e4f in proj_abc123 (401 invalid_api_key)',
  );
  expect(scrub('word '.repeat(1000))).toHaveLength(300);
});
