import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { windlassProgram } from '../../../bin/commands/program.ts';
import { outcomes } from '../../../bin/journal/wanted.ts';
import { complain } from '../../../bin/terminal/exit.ts';
import { steps as stepNames } from '../../../lib/steps.ts';
import { callFaults, faultyOps, stepFaults } from '../../../simulation/world/fault-kinds.ts';
import { scratch, windlass, windlassProcess } from '../run.ts';

const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass';

/** Returns what the command line says to arguments that it refuses before it does anything. */
async function refusal(args: readonly string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const keep = (text: string) => {
    said += text;
  };
  const program = windlassProgram();
  for (const command of [program, ...program.commands])
    command.configureOutput({ writeErr: keep, writeOut: keep });
  const error: unknown = await program.parseAsync(args, { from: 'user' }).catch((thrown) => thrown);
  return { code: complain(error), said };
}

describe('usage', () => {
  it.each([
    ['no command', [], 'Usage: windlass'],
    ['an unknown command', ['rotat'], "unknown command 'rotat'"],
    ['an unknown option', ['rehearse', '--polcy', 'x'], 'Did you mean --policy?'],
    ['an argument too many', ['rehearse', 'now'], 'too many arguments'],
    ['an option without its value', ['rehearse', '--json'], 'argument missing'],
    ['--anchor without --emergency', ['rehearse', '--anchor', 'cert_a'], '--anchor goes with --emergency'],
    [
      '--leave-behind without --emergency',
      ['rehearse', '--leave-behind', 'shop'],
      '--leave-behind goes with --emergency',
    ],
    [
      '--on-listing without --emergency',
      ['rotate', '--state-machine', ARN, '--manual', '--on-listing', 'all'],
      '--on-listing goes with --emergency',
    ],
    ['--reason without --emergency', ['rehearse', '--reason', 'x'], '--reason goes with --emergency'],
    [
      '--reason of a sweep',
      ['rotate', '--state-machine', ARN, '--reason', 'x'],
      '--reason goes with --emergency or --manual',
    ],
    [
      '--emergency without --anchor',
      ['rehearse', '--emergency', '--reason', 'x'],
      '--emergency needs --anchor',
    ],
    [
      '--emergency without --reason',
      ['rehearse', '--emergency', '--anchor', 'a'],
      '--emergency needs --reason',
    ],
    ['a blank --reason', ['rehearse', '--emergency', '--anchor', 'a', '--reason', ' '], 'needs --reason'],
    ['an anchor id with a space', ['rehearse', '--emergency', '--anchor', 'a b', '--reason', 'x'], '"a b"'],
    ['a --now that is no date', ['rehearse', '--now', 'tomorrow'], '2026-11-02T09:00:00Z'],
    ['a --now that no calendar has', ['rehearse', '--now', '2026-02-31'], '2026-11-02T09:00:00Z'],
    ['a --now without an offset', ['rehearse', '--now', '2026-02-01T10:00:00'], '2026-11-02T09:00:00Z'],
    ['a --base-url that is none', ['plan', '--base-url', 'api.openai.com'], 'https://api.openai.com/v1'],
    [
      'a --base-url that sends the admin key in clear',
      ['plan', '--base-url', 'http://api.internal:8080/v1'],
      'in clear to api.internal:8080: use https://',
    ],
    [
      'a --base-url that only begins like this machine',
      ['export', '--base-url', 'HTTP://localhost.example/v1'],
      'in clear to localhost.example: use https://',
    ],
    ['rotate without a state machine', ['rotate'], '--state-machine'],
    ['an ARN that is none', ['rotate', '--state-machine', 'windlass'], 'not the ARN of a state machine'],
    [
      'rotate --emergency with --manual',
      ['rotate', '--state-machine', ARN, '--emergency', '--manual'],
      'exclude',
    ],
    [
      'a --started-by of two lines',
      ['rotate', '--state-machine', ARN, '--started-by', 'a\nb'],
      'on one line',
    ],
    ['a --rate-limit of none', ['simulate', '--rate-limit', '0'], 'not a whole number from 1 to 1000000'],
    ['a --latency that is none', ['simulate', '--latency', '5s'], 'not a whole number from 0 to 60000'],
    ['more --projects than there can be', ['simulate', '--projects', '10001'], 'from 1 to 10000'],
    [
      'a permission that there is none of',
      ['simulate', '--without', 'delete'],
      'write, read, projects, audit',
    ],
    [
      'an --audit-log that is neither',
      ['simulate', '--audit-log', 'late'],
      'It is neither off nor a whole number of seconds from 0 to 9999999',
    ],
    ['a --port that leaves none', ['simulate', '--port', '65535'], 'not a whole number from 1 to 65531'],
    ['a --rate-limit below zero', ['rehearse', '--rate-limit', '-1'], 'not a whole number from 1'],
    ['a --watch of no time', ['status', '--watch', '0'], 'not a whole number from 1 to 9999'],
    ['rotate without a terminal or --yes', ['rotate', '--state-machine', ARN], '--yes'],
  ])('refuses %s', async (_, args, message) => {
    const { code, said } = await refusal(args);
    expect(said).toContain(message);
    expect(code).toBe(2);
  });

  it('refuses on stderr only, with exit code 2', async () => {
    const { code, stdout, stderr } = await windlassProcess(['rehearse', '--anchor', 'cert_a']);
    expect(stderr).toMatch(
      /^windlass: --anchor goes with --emergency.*\n\(windlass rehearse --help says more\)\n$/,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    'rehearse',
    'simulate',
    'plan',
    'export',
    'doctor',
    'rotate',
    'status',
    'follow',
    'stop',
    'history',
    'compromised',
  ])('helps with %s', async (command) => {
    const { code, said } = await refusal([command, '--help']);
    expect(code).toBe(0);
    expect(said).toMatch(/Usage: windlass [\s\S]*Examples:[\s\S]*Exit codes:/);
  });

  it.each(['rotate', 'follow'])('says what %s asks of whoever sees it end with 3', async (command) => {
    const { said } = await refusal([command, '--help']);
    const codes = said.slice(said.indexOf('Exit codes:'));
    expect(codes.replaceAll(/\s+/g, ' ')).toMatch(
      / 3 blocked: an anchor that is due, or that an emergency named, stays active until somebody does what it lists/,
    );
    expect(codes.split('\n').filter((one) => one.length > 100)).toEqual([]);
  });

  it('explains each outcome that history can be asked for', async () => {
    const { said } = await refusal(['history', '--help']);
    for (const outcome of outcomes) expect(said).toMatch(new RegExp(`^ {2}${outcome} {2}`, 'm'));
  });

  it('names every step, call and fault of a list of faults, and what exit code 1 is', async () => {
    const { said } = await refusal(['rehearse', '--help']);
    const words = said.split(/[\s,;]+/);
    expect(words).toEqual(expect.arrayContaining([...stepNames, ...faultyOps, ...callFaults, ...stepFaults]));
    for (const code of [1, 130, 143]) expect(said).toMatch(new RegExp(`^ {2}${code} {2}`, 'm'));
  });

  it('helps on stdout, and says its version', async () => {
    const help = await windlassProcess(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage: windlass') });
    expect((await refusal(['help', 'plan'])).said).toContain('Usage: windlass plan');
    expect(await windlassProcess(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
});

/** Runs a rehearsal with one file of this content, or with a file that does not exist. */
async function rehearsedWith(option: '--policy' | '--faults', content: string | Buffer | null) {
  const file = join(await scratch(), 'given.json');
  if (content !== null) await writeFile(file, content);
  return { file, ...(await windlass(['rehearse', option, file])) };
}

describe('bad files', () => {
  it.each([
    ['a policy that is missing', null, 'there is no such file'],
    ['a policy that is cut short', '{"soak": "P7', 'is not JSON'],
    ['an empty policy', '', 'it is empty'],
    ['a policy with a misspelt key', '{"soka": "P7D"}', 'soka: is not known here; did you mean soak?'],
    [
      'a policy with a key that is like none',
      '{"colour": 1}',
      'colour: is not known here (there are leadTime, soak, ',
    ],
    ['a policy with a bad duration', '{"soak": "7 days"}', '"7 days" is not an ISO 8601 duration'],
    ['a policy whose times cannot fit', '{"leadTime": "P5D"}', 'leadTime: P5D is not longer than soak'],
    [
      'an anchor that succeeds itself',
      '{"successions": {"c1": "c1"}}',
      'successions.c1: c1 cannot succeed itself',
    ],
    ['a policy with a byte order mark', '\uFEFF{"soka": "P7D"}', 'soka'],
    ['a policy that is a key', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0', 'is not JSON'],
  ])('refuses %s before anything starts, without quoting it', async (_, text, message) => {
    const { file, code, stdout, stderr } = await rehearsedWith('--policy', text);
    expect(stderr).toContain(message);
    expect(stderr).toContain(file);
    expect(stderr).not.toContain('PRIVATE');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    ['UTF-16 with its mark', Buffer.from('\uFEFF{"soak": "P7D"}', 'utf16le'), 'is not UTF-8 but UTF-16'],
    ['UTF-16 without', Buffer.from('{"soak": "P7D"}', 'utf16le'), 'is not UTF-8 but UTF-16'],
    ['UTF-16, the other way round', Buffer.from('\uFEFF{}', 'utf16le').swap16(), 'is not UTF-8 but UTF-16'],
    ['Latin-1', Buffer.from('{"hold": ["é"]}', 'latin1'), 'such as Latin-1'],
  ])('says of a file in %s that it has to be UTF-8', async (_, bytes, message) => {
    const { code, stderr } = await rehearsedWith('--policy', bytes);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/save it as UTF-8\n$/);
    expect(code).toBe(2);
  });

  it.each([
    ['no list', '{"op": "activate", "fault": "lost-reply"}', 'it is no list; put [ and ] around'],
    ['a misspelt call', '[{"op": "actvate", "fault": "lost-reply"}]', '"actvate" is none of list'],
    ['a misspelt call', '[{"op": "actvate", "fault": "lost-reply"}]', 'did you mean activate?'],
    ['a misspelt key', '[{"opp": "list", "fault": "lost-reply"}]', 'did you mean op?'],
    [
      'a misspelt second key',
      '[{"op": "list", "falt": "lost-reply"}]',
      '0.falt: is not known here; did you mean fault?',
    ],
  ])('says of faults with %s what would be right', async (_, text, message) => {
    const { code, stderr } = await rehearsedWith('--faults', text);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('says of an inventory with a misspelt key which one it was', async () => {
    const file = join(await scratch(), 'inventory.json');
    await writeFile(file, '{"organization": {"data": []}, "project": []}');
    const { stderr } = await windlass(['rehearse', '--inventory', file]);
    expect(stderr).toContain('projects: is missing (there is project)');
  });

  it('names the option of an anchor that the organization does not have, and the anchor that it may be', async () => {
    const inventory = ['--inventory', 'examples/inventory.json', '--reason', 'x', '--emergency'];
    const far = await windlass(['rehearse', ...inventory, '--anchor', 'cert_nope']);
    expect(far.stderr).toMatch(/^windlass: no such anchor .*: --anchor cert_nope\n$/);
    const near = await windlass(['rehearse', ...inventory, '--anchor', 'cert_northgate_205']);
    expect(near.stderr).toMatch(/--anchor cert_northgate_205; did you mean cert_northgate_2025\?\n$/);
    expect(near.code).toBe(2);
  });

  it('refuses a report file without a name, before anything starts', async () => {
    const { code, stderr } = await windlass(['rehearse', '--json', '']);
    expect(stderr).toMatch(/^windlass: cannot write report .*name a file/);
    expect(code).toBe(2);
  });

  it('refuses a report file that could not be written, before anything starts', async () => {
    const { code, stderr } = await windlass([
      'rehearse',
      '--json',
      join(await scratch(), 'none', 'report.json'),
    ]);
    expect(stderr).toMatch(/^windlass: cannot write report .*no such file or directory\n$/);
    expect(code).toBe(2);
  });
});
