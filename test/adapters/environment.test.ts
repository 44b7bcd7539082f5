import { afterEach, expect, test, vi } from 'vitest';
import { nextRotationFromEnvironment } from '../../lambdas/adapters/aws/schedule.ts';
import {
  authHostFromEnvironment,
  baseUrlFromEnvironment,
  hostsFromEnvironment,
  probePathFromEnvironment,
  textVariable,
} from '../../lambdas/adapters/environment.ts';
import { certificatesFromEnvironment } from '../../lambdas/adapters/openai/certificates.ts';

afterEach(() => void vi.unstubAllEnvs());

test('reads hosts as a JSON array of base URLs', () => {
  vi.stubEnv('WINDLASS_MTLS_HOSTS', '["https://mtls.api.openai.com/v1","https://mtls-eu.api.openai.com/v1"]');
  expect(hostsFromEnvironment()).toEqual([
    'https://mtls.api.openai.com/v1',
    'https://mtls-eu.api.openai.com/v1',
  ]);
});

test.for(['', 'mtls.api.openai.com', '[]', '["mtls.api.openai.com"]', '{"a":1}', '[7]', 'null'])(
  'hosts of %j are InvalidConfiguration by the variable’s name',
  (value) => {
    vi.stubEnv('WINDLASS_MTLS_HOSTS', value);
    expect(hostsFromEnvironment).toThrow(
      expect.objectContaining({
        name: 'InvalidConfiguration',
        message: expect.stringContaining('WINDLASS_MTLS_HOSTS'),
      }),
    );
  },
);

test('reads the token host', () => {
  vi.stubEnv('WINDLASS_AUTH_HOST', 'https://mtls.auth.openai.com');
  expect(authHostFromEnvironment()).toBe('https://mtls.auth.openai.com');
  vi.stubEnv('WINDLASS_AUTH_HOST', 'mtls.auth.openai.com');
  expect(authHostFromEnvironment).toThrow(expect.objectContaining({ name: 'InvalidConfiguration' }));
});

test('reads the route of a probe, which begins with a slash', () => {
  vi.stubEnv('WINDLASS_PROBE_PATH', '/models');
  expect(probePathFromEnvironment()).toBe('/models');
  vi.stubEnv('WINDLASS_PROBE_PATH', 'models');
  expect(probePathFromEnvironment).toThrow(
    expect.objectContaining({
      name: 'InvalidConfiguration',
      message: expect.stringContaining('WINDLASS_PROBE_PATH'),
    }),
  );
});

test('a missing variable is InvalidConfiguration by its name, when it is first needed', () => {
  for (const name of ['OPENAI_BASE_URL', 'WINDLASS_ADMIN_SECRET', 'WINDLASS_SCHEDULE_GROUP'])
    vi.stubEnv(name, undefined);
  const missing = (name: string) =>
    expect.objectContaining({ name: 'InvalidConfiguration', message: expect.stringContaining(name) });
  expect(baseUrlFromEnvironment).toThrow(missing('OPENAI_BASE_URL'));
  expect(() => textVariable('WINDLASS_ADMIN_SECRET')).toThrow(missing('WINDLASS_ADMIN_SECRET'));
  expect(nextRotationFromEnvironment).toThrow(missing('WINDLASS_SCHEDULE_GROUP'));
  vi.stubEnv('OPENAI_BASE_URL', 'https://api.openai.com/v1');
  expect(certificatesFromEnvironment).toThrow(missing('WINDLASS_ADMIN_SECRET'));
});
