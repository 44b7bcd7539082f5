import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documents, ROOT, textOf } from './documents.ts';

const EXAMPLE =
  'npx windlass rehearse --inventory examples/inventory.json --policy examples/policy.json --now 2026-11-02';
const WITH_FAULTS = `${EXAMPLE} --faults examples/faults.json`;

/** The commands that this test runs as the documents have them, and what each has to print. */
const runsHere: Record<string, RegExp> = {
  'npx windlass rehearse --help': /Usage: windlass rehearse/,
  [WITH_FAULTS]: /✓ Rotated: 2 successions in 3 scopes/,
  'npm run bench -- --only planning --rounds 1': /"schema": 1,[\s\S]*"anchors": 50/,
};

/** Commands that take longer, change the clone or wait for somebody, and what runs them instead. */
const coveredBy: Record<string, string> = {
  'npm ci && npm start': 'test/rehearsal/rehearse.test.ts',
  'npm ci && npm test': '.ci/run',
  'npm start': 'test/rehearsal/rehearse.test.ts',
  'npm run synth': '.ci/run',
  'npm run test:long': '.ci/run',
  // The same rehearsal runs here, with faults.
  [EXAMPLE]: 'test/docs/commands.test.ts',
  // examples.test.ts reads its files, and that test runs an emergency by the command line.
  [`${EXAMPLE} --emergency --anchor cert_northgate_2025 --reason "its key was found on a public bucket"`]:
    'test/rehearsal/emergency.test.ts',
  'npx windlass simulate': 'test/bin/runners/simulate.test.ts',
  'npx windlass simulate --projects 1000 --rate-limit 600 --latency 100': 'test/rehearsal/simulate.test.ts',
  'npx windlass simulate --filters examples/filters.json': 'test/rehearsal/simulate.test.ts',
  'npx windlass simulate --residency examples/residency.json': 'test/rehearsal/simulate.test.ts',
  'npx windlass simulate --without write projects --audit-log 900': 'test/rehearsal/simulate.test.ts',
  'npm run storm -- --seeds 2000': '.ci/run',
  'npm run storm -- --seeds 1 --from 42 --history': 'test/storm/storm.test.ts',
  'npm run storm -- --plant no-undo': 'test/storm/plants.test.ts',
  'npm run exhaustive': 'test/exhaustive/exhaustive.test.ts',
  'npm run exhaustive -- --only project/verify#1/probe#2/lost-reply/4': 'test/exhaustive/exhaustive.test.ts',
  // One part of the benchmark runs here, and that test has its options.
  'npm run bench -- --only cost': 'test/storm/scale/run-at-scale.test.ts',
  'npm run bench -- --only largest': 'test/storm/scale/run-at-scale.test.ts',
  'npm run bench -- --only scale': 'test/storm/scale/run-at-scale.test.ts',
  'npm run bench -- --only large-rehearsal': 'test/simulation/workloads/workloads.test.ts',
  'npm run bench': 'test/bin/runners/runner-commands.test.ts',
  'npm run deploy:local': '.ci/run',
  // That test looks at its parts. The run above bootstraps and deploys with the same parts.
  'npm run deploy:local -- --keep': 'test/deploy-local/keep-standing.test.ts',
  'cd cdk.out/deploy-local/app && . ./env': 'test/deploy-local/keep-standing.test.ts',
  'npm run verify:clients': '.ci/run',
  'npm run verify:clients -- --description ../openapi.json': 'test/bin/runners/runner-commands.test.ts',
  'npm run verify:engines': 'test/bin/runners/runner-commands.test.ts',
  'npm run verify:template': 'test/bin/runners/runner-commands.test.ts',
  'npm run verify:account -- --plan --region eu-west-1': 'test/account/verify-account.test.ts',
  // The hooks themselves are tested below.
  'git config core.hooksPath .githooks': 'test/docs/commands.test.ts',
};

const NEEDS_AN_ACCOUNT = /#.*\bneeds an (?:AWS account|admin key)\b/;

/** The commands that make a CA and its leaves. `leaves.test.ts` runs them all. */
const ISSUES = /^(?:openssl|printf) /;

type Command = { document: string; line: string; command: string };

/**
 * Every line of every sh block, without its comment. A line that ends in a backslash continues on the next
 * line.
 */
const commands: readonly Command[] = documents.flatMap((document) =>
  [...textOf(document).matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => ({ document, line, command: line.replace(/(?:^|\s+)#\s.*$/, '').trim() }))
      .filter(({ command }) => command !== ''),
  ),
);

async function run(command: string) {
  const child = spawn('bash', ['-c', command], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [code, said, complained] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, said, complained };
}

describe('a command in a document', () => {
  it('runs here, is covered elsewhere, or says that it needs an account', () => {
    const known = ({ line, command }: Command) =>
      NEEDS_AN_ACCOUNT.test(line) ||
      ISSUES.test(command) ||
      Object.hasOwn(runsHere, command) ||
      Object.hasOwn(coveredBy, command);
    expect(commands.filter((one) => !known(one)).map(({ document, line }) => `${document}: ${line}`)).toEqual(
      [],
    );
  });

  it('is in this table only while a document has it', () => {
    const written = new Set(commands.map(({ command }) => command));
    expect([...Object.keys(runsHere), ...Object.keys(coveredBy)].filter((one) => !written.has(one))).toEqual(
      [],
    );
  });

  it('is covered by something that exists', () => {
    expect(Object.values(coveredBy).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it.each(Object.entries(runsHere))(
    'runs as it stands: %s',
    async (command, expected) => {
      const { code, said, complained } = await run(command);
      expect({ code, complained: code === 0 ? '' : complained }).toEqual({ code: 0, complained: '' });
      expect(said).toMatch(expected);
    },
    300_000,
  );
});

it.each(['pre-commit', 'pre-push'])('the hook %s can be run', (hook) => {
  expect(statSync(join(ROOT, '.githooks', hook)).mode & 0o111).not.toBe(0);
  expect(textOf(`.githooks/${hook}`)).toMatch(/^#!.*\n/);
});
