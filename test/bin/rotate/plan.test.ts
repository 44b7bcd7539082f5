import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { listenOnLoopback } from '../../../simulation/served/loopback.ts';
import { ADMIN_KEY, NOW, smallOrganization } from '../organization.ts';
import { scratch, start, windlass } from '../run.ts';

const organization = smallOrganization();
let api: Awaited<ReturnType<typeof serveCertificatesApi>>;
beforeAll(async () => {
  api = await serveCertificatesApi({ organization, adminKeys: { [ADMIN_KEY]: 'windlass' } });
});
afterAll(() => api.close());

const env = { OPENAI_ADMIN_KEY: ADMIN_KEY };
const plan = (...args: string[]) => windlass(['plan', '--base-url', api.url, '--now', NOW, ...args], env);

describe('windlass plan', () => {
  it('shows successions, waves, what blocks, what comes due and the next run, within 100 columns', async () => {
    const { code, stdout, stderr } = await plan();
    expect(stderr).not.toContain('windlass:');
    expect(code).toBe(0);
    expect(stdout).toContain('▸ Would rotate: 1 succession in 3 scopes; 1 blocked.');
    expect(stdout).toMatch(/acme +cert_acme_2025 +cert_acme_2026/);
    expect(stdout).toMatch(/expires 2026-11-20, due since 2026-10-21/);
    expect(stdout).toMatch(/organization +organization +cert_acme_2026 +cert_acme_2025/);
    expect(stdout).toMatch(/cert_gamma_2025 .*has no successor: upload/);
    expect(stdout).toContain('Clients were not checked');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('windlass doctor ORGANIZATION reads their secrets');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('prints the same as JSON, and only that, on stdout', async () => {
    const { code, stdout } = await plan('--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      policyOf: 'the defaults',
      remembered: { unknown: expect.stringContaining('windlass plan ORGANIZATION') },
      decision: 'rotate',
      evidence: 'probe',
      clientsChecked: false,
      organization: { projects: 23, anchors: 4 },
      successions: [{ authority: 'acme', retiring: 'cert_acme_2025', successor: 'cert_acme_2026' }],
      waves: [{ name: 'projects' }, { name: 'organization' }],
      blocked: [{ anchor: 'cert_gamma_2025' }],
      soakUntil: '2026-11-09T09:00:00.000Z',
    });
  });

  it('follows a policy file', async () => {
    const file = join(await scratch(), 'policy.json');
    await writeFile(file, JSON.stringify({ hold: ['cert_gamma_2025'], canary: ['proj_2'] }));
    const { stdout } = await plan('--policy', file, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      waves: [{ name: 'canary' }, { name: 'projects' }, { name: 'organization' }],
      blocked: [],
    });
  });

  it('says which other anchor a run may choose, where clients have leaves of that one (rule 2)', async () => {
    const organization = smallOrganization();
    const now = Date.parse(NOW) / 1000;
    const times = {
      createdAt: now - 500 * 86_400,
      validAt: now - 500 * 86_400,
      expiresAt: now + 300 * 86_400,
    };
    organization.seed({ id: 'cert_acme_other', name: 'acme@2026-11', ...times, pem: null }, []);
    const twins = await serveCertificatesApi({ organization, adminKeys: { [ADMIN_KEY]: 'windlass' } });
    onTestFinished(() => twins.close());
    const { stdout } = await windlass(['plan', '--base-url', twins.url, '--now', NOW], env);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'may choose cert_acme_other (acme@2026-11) instead where they have leaves of that one',
    );
    expect((await plan()).stdout).not.toContain('may choose');
  });

  it('fits a terminal of 40 columns', async () => {
    const { columns } = process.stdout;
    onTestFinished(() => {
      process.stdout.columns = columns;
    });
    process.stdout.columns = 40;
    const { stdout } = await plan();
    expect(stdout.split('\n').filter((line) => line.length > 40)).toEqual([]);
  });

  it('warns of a name that points nowhere, to people and in JSON', async () => {
    const file = join(await scratch(), 'policy.json');
    await writeFile(file, JSON.stringify({ successions: { cert_typo: 'cert_acme_2026' } }));
    const { stdout } = await plan('--policy', file);
    expect(stdout).toMatch(/Warnings\n +no such anchor in the organization: .*cert_typo/);
    const json = await plan('--policy', file, '--json');
    expect(JSON.parse(json.stdout).warnings).toEqual([expect.stringContaining('cert_typo')]);
  });

  it.each([
    ['probe', undefined],
    ['listing', [expect.stringContaining('evidence is listing')]],
  ])(
    'warns of filters that nobody sees only where the policy says so: evidence %s',
    async (evidence, warnings) => {
      const file = join(await scratch(), 'policy.json');
      await writeFile(file, JSON.stringify({ evidence }));
      const told = JSON.parse((await plan('--policy', file, '--json')).stdout);
      expect({ evidence: told.evidence, warnings: told.warnings }).toEqual({ evidence, warnings });
    },
  );

  it.each([
    ['PT0S', true],
    ['PT1H', false],
  ])('warns of a soak that leaves clients no time: %s', async (soak, warned) => {
    const file = join(await scratch(), 'policy.json');
    await writeFile(file, JSON.stringify({ soak }));
    const { stdout } = await plan('--policy', file, '--json');
    const { warnings = [] } = JSON.parse(stdout) as { warnings?: string[] };
    expect(warnings.some((warning) => warning.startsWith(`policy.soak ${soak}`))).toBe(warned);
  });

  it('ends with 3 when all that is due is blocked', async () => {
    const blocked = await serveCertificatesApi({
      organization: smallOrganization({ blockedOnly: true }),
      adminKeys: { [ADMIN_KEY]: 'windlass' },
    });
    const ran = await windlass(['plan', '--base-url', blocked.url, '--now', NOW], env);
    await blocked.close();
    expect(ran.stdout).toContain('■ Blocked: 1 anchor due');
    expect(ran.code).toBe(3);
  });

  it('warns of unknown anchors and projects of the policy, which stop nobody (I17)', async () => {
    const file = join(await scratch(), 'policy.json');
    for (const policy of [{ hold: ['cert_nope'] }, { canary: ['proj_nope'] }]) {
      await writeFile(file, JSON.stringify(policy));
      const { stdout } = await plan('--policy', file);
      expect(stdout).toMatch(/Warnings\n(?:.*\n)*?.*(cert|proj)_nope/);
    }
  });

  it('ends as it would when its reader has gone', async () => {
    const running = start(['plan', '--base-url', api.url, '--now', NOW], env);
    running.child.stdout.destroy();
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    // On a slow machine progress is shown. A stack trace or an error is never shown.
    expect(stderr.replace(/^ {2}… read .*\n/gm, '')).toBe('');
  });

  it('only reads', () => {
    expect(new Set(organization.calls.map(({ op }) => op))).toEqual(new Set(['list', 'projects']));
    expect(organization.changes.every(({ by }) => by === 'setup')).toBe(true);
  });
});

describe('windlass plan without a way in', () => {
  it.each([
    ['no admin key', {}, 'OPENAI_ADMIN_KEY is not set'],
    ['a refused admin key', { OPENAI_ADMIN_KEY: 'sk-another' }, '401'],
    ['an admin key with a line break', { OPENAI_ADMIN_KEY: 'sk-do-not\nprint' }, 'a line break'],
    [
      'half a client certificate',
      { ...env, WINDLASS_ADMIN_CERT: '/dev/null' },
      '--admin-key-file, which is missing',
    ],
  ])('refuses %s, and never shows it', async (_, given: Record<string, string>, message) => {
    const { code, stdout, stderr } = await windlass(['plan', '--base-url', api.url], given);
    expect(stderr).toContain(message);
    for (const word of (given.OPENAI_ADMIN_KEY ?? '').split('\n').filter(Boolean))
      expect(stderr).not.toContain(word);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('names a host that does not answer', async () => {
    const { code, stdout, stderr } = await windlass(['plan', '--base-url', 'http://127.0.0.1:1/v1'], env);
    expect(stderr).toMatch(/windlass: .*127\.0\.0\.1:1/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('wonders about a base URL without /v1', async () => {
    const { code, stderr } = await windlass(['plan', '--base-url', api.url.replace('/v1', '')], env);
    expect(stderr).toContain(`is it ${api.url}?`);
    expect(code).toBe(2);
  });

  it('never shows the admin key that a host repeats in its answer', async () => {
    const echo = createServer((request, reply) => {
      reply.writeHead(400, { 'content-type': 'application/json' });
      reply.end(JSON.stringify({ error: { message: `you sent ${request.headers.authorization}` } }));
    });
    const { port, close } = await listenOnLoopback(echo);
    const ran = await windlass(['plan', '--base-url', `http://127.0.0.1:${port}/v1`], {
      ...env,
      WINDLASS_DEBUG: '1',
    });
    await close();
    expect(ran.code).toBe(2);
    expect(ran.stdout + ran.stderr).not.toContain(ADMIN_KEY);
  });
});
