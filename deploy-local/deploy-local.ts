import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { exitCodeOf } from '../bin/terminal/runner-command.ts';
import { type Checks, runChecks, say } from './checks.ts';
import { MINISTACK, startEmulator } from './emulator.ts';
import { keepStanding } from './keep-standing.ts';
import { KEYLESS, type LocalOrganization, serveOrganization } from './organizations.ts';
import { scenario } from './scenario.ts';
import { inVirtualEnvironment } from './virtual-environment.ts';
import { FOLDER, openWorkspace, otherIn, take, type Workspace } from './workspace.ts';

const MORE = `
Needs Python 3.11 or newer with venv, and pip's package index once: the emulator goes into cdk.out/python.
Nothing of your AWS settings is read. It takes about five minutes, and ends with "N passed, N failed".
--keep deploys one organization, acme, in about a minute, says how to use it from another terminal, and lets it stand until
Ctrl-C: then everything is gone again.

Exit codes:
  0  all passed, or skipped with --if-possible; what --keep kept was stopped by Ctrl-C
  1  something failed
  2  usage, or no Python that it can use`;

const command = new Command('deploy:local')
  .description('bootstraps, deploys, rotates and deletes on an emulator of AWS, all on this machine')
  .option('--if-possible', 'say that it is skipped where there is no such Python or no package index')
  .option('--keep', 'let a stack of the sample organization stand, to try the commands on, until Ctrl-C')
  .addHelpText('after', MORE);

process.exitCode = await exitCodeOf(command, async () => {
  const { ifPossible, keep } = command.opts<{ ifPossible?: true; keep?: true }>();
  const other = await otherIn(FOLDER);
  if (other)
    command.error(
      `error: process ${other} uses ${FOLDER}: wait for its end, or end it with Ctrl-C where it stands`,
    );
  const refused = await take(FOLDER);
  if (refused)
    command.error(
      `error: cannot write in ${FOLDER} (${refused}): use a copy of the project that may be written`,
    );
  const needs = { script: 'deploy:local', packages: [MINISTACK], ifPossible, say };
  const play = keep ? standing : deployed;
  return inVirtualEnvironment(needs, (programs) => play(programs('ministack')));
});

/** Deploys, rotates and deletes two organizations, and then deploys one that stands. */
function deployed(program: string): Promise<number> {
  return onEmulator(program, async ({ checks, serve, emulate }) => {
    // The urgent one soaks long enough for a second deployment and an emergency, on a slow machine as well.
    const calm = await serve('calm', 'PT15S', [KEYLESS]);
    const urgent = await serve('urgent', 'PT2M30S');
    const acme = await serve('acme', 'PT2M', [KEYLESS]);
    await scenario(checks, await emulate(), { calm, urgent, acme });
  });
}

/** Deploys one organization, which stands until it is stopped. */
function standing(program: string): Promise<number> {
  return onEmulator(program, async ({ checks, serve, emulate, stopped }) => {
    const acme = await serve('acme', 'PT2M', [KEYLESS]);
    await keepStanding(checks, await emulate(), acme, stopped, { isKept: true });
  });
}

type Stage = {
  checks: Checks;
  serve: typeof serveOrganization;
  /** Starts the emulator, which trusts everything that is served by then. */
  emulate(): Promise<Workspace>;
  stopped(): Promise<void>;
};

async function onEmulator(program: string, play: (stage: Stage) => Promise<void>): Promise<number> {
  const open: { close(): Promise<void> }[] = [];
  const served: LocalOrganization[] = [];
  const work = (checks: Checks, stopped: () => Promise<void>) =>
    play({
      ...{ checks, stopped },
      serve: async (...asked) => {
        const organization = await serveOrganization(...asked);
        open.push(organization);
        served.push(organization);
        return organization;
      },
      emulate: async () => {
        const roots = served.map(({ simulation }) => readFile(simulation.caFile, 'utf8'));
        const workspace = await openWorkspace(await Promise.all(roots));
        await checks.demand('the emulator answers, with IAM enforced and over TLS', async () => {
          open.push(await startEmulator(program, workspace));
        });
        return workspace;
      },
    });
  return runChecks(work, async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
}
