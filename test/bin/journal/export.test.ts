import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseInventory } from '../../../simulation/inventory/inventory.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { listenOnLoopback } from '../../../simulation/served/loopback.ts';
import { rateLimit } from '../../../simulation/served/rate-limit.ts';
import { ADMIN_KEY, smallOrganization } from '../organization.ts';
import { scratch, windlass, windlassProcess } from '../run.ts';

const organization = smallOrganization();
let api: Awaited<ReturnType<typeof serveCertificatesApi>>;
beforeAll(async () => {
  api = await serveCertificatesApi({ organization, adminKeys: { [ADMIN_KEY]: 'windlass' }, maxPageSize: 2 });
});
afterAll(() => api.close());

const env = { OPENAI_ADMIN_KEY: ADMIN_KEY };

describe('windlass export', () => {
  it("writes every page of every list in the API's own shape, which a rehearsal can read", async () => {
    const { code, stdout } = await windlassProcess(['export', '--base-url', api.url], env);
    expect(code).toBe(0);
    const file = JSON.parse(stdout);
    expect(file.schema).toBe(1);
    expect(file.projects).toHaveLength(23);
    expect(file.organization).toMatchObject({ object: 'list', has_more: false });
    expect(file.organization.data).toHaveLength(4);
    expect(file.organization.data.find(({ id }: { id: string }) => id === 'cert_acme_2025')).toEqual({
      object: 'organization.certificate',
      id: 'cert_acme_2025',
      name: 'acme@2025-11',
      created_at: expect.any(Number),
      certificate_details: { valid_at: expect.any(Number), expires_at: expect.any(Number) },
      active: true,
    });
    expect(parseInventory(JSON.parse(stdout), 'the export').projects).toHaveLength(23);
  });

  it('replaces the file whole, and leaves nothing beside it', async () => {
    const directory = await scratch();
    const output = join(directory, 'inventory.json');
    await writeFile(output, 'old');
    const { code, stdout } = await windlass(['export', '--base-url', api.url, '--output', output], env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(JSON.parse(await readFile(output, 'utf8')).projects).toHaveLength(23);
    expect(await readdir(directory)).toEqual(['inventory.json']);
  });

  it('waits where the API limits how often it may be asked, and says so', async () => {
    const limit = rateLimit(20, { now: () => 0 });
    const adminKeys = { [ADMIN_KEY]: 'windlass' as const };
    // From the eleventh call on, every call has to wait. The wait is longer than the time for which progress
    // stays silent where stderr is no terminal.
    let [asked, opensAt] = [0, 0];
    const intercept = () => {
      asked += 1;
      if (asked === 11) opensAt = performance.now() + 2_800;
      return performance.now() < opensAt ? limit() : undefined;
    };
    const slow = await serveCertificatesApi({ organization, adminKeys, intercept });
    onTestFinished(slow.close);
    const { code, stdout, stderr } = await windlass(['export', '--base-url', slow.url], env);
    expect(JSON.parse(stdout).projects).toHaveLength(23);
    expect(stderr).toMatch(/; it limits how often it may be asked: waiting \d/);
    expect(code).toBe(0);
  });

  it('writes no file when a scope cannot be read', async () => {
    const directory = await scratch();
    const flaky = await serveCertificatesApi({
      organization,
      adminKeys: { [ADMIN_KEY]: 'windlass' },
      intercept: ({ scope }) =>
        scope === 'proj_9' ? Response.json({ error: {} }, { status: 400 }) : undefined,
    });
    const args = ['export', '--base-url', flaky.url, '--output', join(directory, 'inventory.json')];
    const { code, stderr } = await windlass(args, env);
    await flaky.close();
    expect(stderr).toMatch(/windlass: .*proj_9/);
    expect(code).toBe(2);
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses an answer whose anchors do not say when they expire', async () => {
    const entry = { id: 'cert_x', name: null, created_at: 1, certificate_details: {}, active: true };
    const server = createServer((request, reply) => {
      const data = request.url?.includes('/certificates') ? [entry] : [];
      reply.writeHead(200, { 'content-type': 'application/json' });
      reply.end(JSON.stringify({ object: 'list', data, has_more: false }));
    });
    const { port, close } = await listenOnLoopback(server);
    const ran = await windlass(['export', '--base-url', `http://127.0.0.1:${port}/v1`], env);
    await close();
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/cert_x .*expires_at/) });
  });

  it('says why a connection failed, be it fetch itself that refuses the port', async () => {
    const { code, stderr } = await windlass(['export', '--base-url', 'http://127.0.0.1:1/v1'], env);
    expect(stderr).toMatch(/windlass: list .* the connection failed \(bad port\)\n$/);
    expect(code).toBe(2);
  });

  it('names a directory that is not there before it asks the API', async () => {
    const output = join(await scratch(), 'none', 'inventory.json');
    const { code, stderr } = await windlass(
      ['export', '--base-url', 'http://127.0.0.1:1/v1', '--output', output],
      env,
    );
    expect(stderr).toContain('no such file or directory');
    expect(code).toBe(2);
  });
});
