import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lib/config.ts';

const refusalOf = (settings: object): string => {
  try {
    parseConfiguration({ organizations: { acme: { adminSecret: 'acme/admin', clients: [], ...settings } } });
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidConfiguration') return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
};

describe('a URL of the configuration', () => {
  it.each([
    ['a password', 'https://u:hunter2@openai.example'],
    ['a user alone', 'https://hunter2@openai.example'],
    ['a password without a scheme', 'u:hunter2@openai.example'],
    ['a password, in clear', 'http://u:hunter2@openai.example'],
    ['a query', 'https://openai.example?key=hunter2'],
    ['a fragment', 'https://openai.example#hunter2'],
  ])('is refused with %s, which is not shown (I14)', (_, url) => {
    for (const [key, value] of Object.entries({ baseUrl: url, authHost: url, mtlsHosts: [url] })) {
      const said = refusalOf({ [key]: value });
      expect(said).toMatch(new RegExp(`^windlass\\.organizations\\.acme\\.${key}[.0]*: is not an https URL`));
      expect(said).toContain('not shown');
      expect(said).not.toContain('hunter2');
    }
  });

  it('has no credentials in a runbook, which every alarm shows; a query and a fragment it may have', () => {
    expect(refusalOf({ runbook: 'https://u:hunter2@wiki.example/windlass' })).not.toContain('hunter2');
    expect(() => refusalOf({ runbook: 'https://wiki.example/?page=windlass#halts' })).toThrow('was accepted');
  });

  it.each(['baseUrl', 'authHost'])('is named once where it has no scheme: %s', (key) => {
    expect(refusalOf({ [key]: 'openai.example' }).split('\n')).toEqual([
      `windlass.organizations.acme.${key}: "openai.example" is not an https URL such as "https://api.openai.com/v1"`,
    ]);
  });
});
