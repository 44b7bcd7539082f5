import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../rehearsal/report.ts';
import { scratch, start, until, windlass, windlassProcess } from '../run.ts';

const DAY = 86_400;
const NOW = '2026-11-02';

/**
 * An inventory of one project. Its anchor `cert_old` expires `days` days after NOW, with or without a
 * successor.
 */
function inventory(days: number, hasSuccessor: boolean): string {
  const at = (day: number) => Date.parse(NOW) / 1000 + day * DAY;
  const entry = (id: string, name: string, until: number, active: boolean) => ({
    object: 'organization.certificate',
    id,
    name,
    created_at: at(-300),
    certificate_details: { valid_at: at(-300), expires_at: at(until) },
    active,
  });
  const list = (active: boolean) => ({
    object: 'list',
    data: [
      entry('cert_old', 'acme@2025', days, active),
      ...(hasSuccessor ? [entry('cert_new', 'acme@2026', 400, false)] : []),
    ],
    has_more: false,
  });
  return JSON.stringify({
    organization: list(false),
    projects: [{ id: 'proj_only', name: 'Only', certificates: list(true) }],
  });
}

const badFaults = [
  { op: 'list', nth: 0, fault: 'reset' },
  { op: 'probe', scope: 'proj_nobody', fault: '503' },
];

async function onInventory(text: string): Promise<string[]> {
  const file = join(await scratch(), 'inventory.json');
  await writeFile(file, text);
  return ['rehearse', '--inventory', file, '--now', NOW];
}

describe('windlass rehearse', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'ends as it would have where its report could not be written, and never well',
    async () => {
      const ended = async (hasSuccessor: boolean) => {
        const asked = await onInventory(inventory(10, hasSuccessor));
        return windlassProcess([...asked, '--json', '/dev/full']);
      };
      const [well, blocked] = [await ended(true), await ended(false)];
      expect([well.code, blocked.code]).toEqual([2, 3]);
      expect(well.stderr).toBe('windlass: cannot write report /dev/full: the disk is full\n');
      const { stdout } = await windlass(['rehearse', '--help']);
      expect(stdout).toMatch(
        / 2 +usage or bad input: nothing was started; or the report could not be written/,
      );
    },
  );

  it('rotates, shows it on stderr, and keeps stdout for the report with --json -', async () => {
    const { code, stdout, stderr } = await windlassProcess([
      ...(await onInventory(inventory(10, true))),
      '--json',
      '-',
    ]);
    expect(stderr).toMatch(/✓ Rotated: 1 succession in 1 scope\./);
    expect(stderr).toMatch(/✓ activate +proj_only +cert_new/);
    const report: Report = JSON.parse(stdout);
    expect(report).toMatchObject({
      outcome: 'rotated',
      successions: [{ authority: 'acme', retiring: 'cert_old', successor: 'cert_new' }],
      scopes: [{ scope: 'proj_only', activated: ['cert_new'], deactivated: ['cert_old'], evidence: 'probe' }],
      requests: { failed: 0 },
      violations: { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 },
    });
    expect(code).toBe(0);
  });

  it('ends with 3 when blocked, says what to upload, and writes the report beside the tables', async () => {
    const file = join(await scratch(), 'report.json');
    const { code, stdout, stderr } = await windlass([
      ...(await onInventory(inventory(10, false))),
      '--json',
      file,
    ]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/■ Blocked: 1 anchor due[\s\S]*upload a CA certificate named/);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schema: 1, outcome: 'blocked' });
    expect(code).toBe(3);
  });

  it('ends with 4 when a client was locked out, and does not call that done', async () => {
    const clients = [{ project: 'proj_only', anchor: 'cert_old', habit: 'never' }];
    const args = await onInventory(JSON.stringify({ ...JSON.parse(inventory(10, true)), clients }));
    const { code, stdout, stderr } = await windlass(args);
    expect(stdout).toMatch(
      /✗ Rotated, and 1 client locked out, [\d,]+ requests? failed: 1 succession in 1 scope\./,
    );
    expect(stderr).toMatch(
      /^windlass: 1 client locked out, [\d,]+ requests? failed: the report says who and why\n$/,
    );
    expect(code).toBe(4);
  });

  it('strikes with the faults of a file, ends as the run ended, and shows what the sweeps made of it', async () => {
    const folder = await scratch();
    const [faults, report] = [join(folder, 'faults.json'), join(folder, 'report.json')];
    await writeFile(faults, JSON.stringify([{ step: 'activate', fault: 'crash-before', times: 'always' }]));
    const { code, stdout } = await windlass([
      ...(await onInventory(inventory(10, true))),
      '--faults',
      faults,
      '--json',
      report,
    ]);
    expect(stdout).toMatch(/⚡ fault +activate: crash-before/);
    expect(stdout).toMatch(/3× +\{"step":"activate"[\s\S]*afterwards: 2 sweeps, all that was left is done/);
    expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({
      outcome: 'halted',
      halt: { error: 'Runtime.ExitError' },
      faults: [{ step: 'activate', nth: 1, times: 'always', fault: 'crash-before', hit: 3 }],
      recovery: { runs: 2, outcome: 'rotated', halt: null },
    });
    expect(code).toBe(4);
  });

  it('cleans up on Ctrl-C and ends with 130', async () => {
    // The rehearsal synthesizes by itself. A shared assembly would be ready before the interrupt.
    const running = start(['rehearse'], { WINDLASS_SHARED_ASSEMBLIES: '' });
    await until(running, ({ stdout }) => stdout.includes('synthesizing'));
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(stdout).toMatch(/\n {2}stopped: what the rehearsal has made is removed/);
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  });

  const emergency = ['--emergency', '--anchor', 'cert_northgate_7', '--reason', 'x'];
  it.each([
    ['an anchor of an emergency', ['--emergency', '--anchor', 'cert_nope', '--reason', 'x'], 'cert_nope'],
    ['a client that it has none of', [...emergency, '--leave-behind', 'nobody'], '--leave-behind nobody'],
    [
      'what comes after a client that it has (I6)',
      [...emergency, '--leave-behind', 'proj_checkout-cert_northgate_7', '--faults', '/none.json'],
      'cannot read faults',
    ],
    ['an inventory that is cut short', ['--inventory', 'HALF'], 'is not JSON'],
    ['an inventory that is missing', ['--inventory', '/nonexistent.json'], 'no such file'],
    ['a list of faults with mistakes', ['--faults', 'FAULTS'], '0.nth: 0 is not a whole number from 1 up'],
    ['faults of nobody', ['--faults', 'FAULTS'], '1.scope: proj_nobody is no scope of this organization'],
  ])('refuses %s before anything starts', async (_, args, message) => {
    const files = { HALF: inventory(10, true).slice(0, 200), FAULTS: JSON.stringify(badFaults) };
    const folder = await scratch();
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const { code, stdout, stderr } = await windlass([
      'rehearse',
      ...args.map((arg) => (arg in files ? join(folder, arg) : arg)),
    ]);
    expect(stderr).toMatch(/^windlass: .*\n$/);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each(['hold', 'canary', 'successions'])('refuses unknown names in the policy: %s', async (key) => {
    const file = join(await scratch(), 'policy.json');
    const value = key === 'successions' ? { cert_old: 'nope_1' } : ['nope_1'];
    await writeFile(file, JSON.stringify({ [key]: value }));
    const args = [...(await onInventory(inventory(10, true))), '--policy', file];
    expect(await windlass(args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('nope_1'),
    });
  });
});
