import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { exitCodeOf } from '../bin/terminal/runner-command.ts';
import { runChecks, say } from '../deploy-local/checks.ts';
import { inVirtualEnvironment } from '../deploy-local/virtual-environment.ts';
import { ROOT } from '../deploy-local/workspace.ts';
import { demandPrograms } from './needed-programs.ts';
import { parts } from './parts.ts';
import { writeUploads } from './uploads.ts';

const MORE = `
Needs Python 3.11 or newer with venv, pip's package index once, curl 7.84 or newer with HTTP/2, and OpenSSL 3: what
verify-clients/requirements.txt names goes into cdk.out/python. Everything runs against "windlass simulate" on this
machine. It takes about two minutes, and ends with "N passed, N failed".

The API's public description (OpenAPI) is not part of this repository. Without a path to one that part is skipped.

Exit codes:
  0  all passed, or skipped with --if-possible
  1  something failed
  2  usage, or something that it needs is not there`;

const command = new Command('verify:clients')
  .description('runs the official clients, unmodified, against the simulated API and hosts')
  .option('--description <file>', "the API's description; WINDLASS_API_DESCRIPTION unless said")
  .addOption(new Option('--only <part>', 'one part alone').choices(Object.keys(parts)))
  .option('--if-possible', 'say that it is skipped where something that it needs is not there')
  .addHelpText('after', MORE);

type Options = { only?: string; description?: string; ifPossible?: true };

/**
 * Why a file is not an API description, or null when it may be one. Checked first, so that nothing is
 * installed in vain.
 */
const problemOf = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (text) => (/\bopenapi\b/.test(text) ? null : `${path} is no OpenAPI description`),
    () => `cannot read the description ${path}`,
  );

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

process.exitCode = await exitCodeOf(command, async () => {
  const { only, description: said, ifPossible } = command.opts<Options>();
  const path = said ?? process.env.WINDLASS_API_DESCRIPTION;
  const description = path === undefined ? undefined : resolve(path);
  const problem = description === undefined ? null : await problemOf(description);
  if (problem !== null) command.error(`error: ${problem}`);
  const missing = await demandPrograms().then(
    () => null,
    (error: Error) => error.message,
  );
  if (missing !== null) {
    console.error(`verify:clients ${ifPossible ? 'is skipped: it ' : ''}needs ${missing}`);
    return ifPossible ? 0 : 2;
  }
  const packages = await pinnedPackages();
  return inVirtualEnvironment({ script: 'verify:clients', packages, ifPossible, say }, (programs) =>
    verify({ programs: dirname(programs('python')), description, only }),
  );
});

/** The official clients, pinned. */
async function pinnedPackages(): Promise<string[]> {
  const lines = (await readFile(join(import.meta.dirname, 'requirements.txt'), 'utf8')).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

async function verify(options: {
  programs: string;
  description: string | undefined;
  only: string | undefined;
}): Promise<number> {
  const { only, description } = options;
  const folder = join(ROOT, 'cdk.out', 'verify-clients', 'tmp');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const equipment = { ...options, folder, uploads: await writeUploads(folder) };
  return runChecks(async (checks) => {
    for (const [name, all] of Object.entries(parts)) {
      if (only !== undefined && only !== name) continue;
      if (name === 'description' && description === undefined)
        say('- the description: skipped, since no path to one is given (--description FILE)');
      for (const part of all)
        await part(checks, equipment).catch((error) =>
          checks.look(`the part ${name} runs to its end`, () => Promise.reject(error)),
        );
    }
  });
}
