import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { exitCodeOf } from '../bin/terminal/runner-command.ts';
import { type Checks, runChecks, say } from './checks.ts';
import { MINISTACK, startEmulator } from './emulator.ts';
import { KEYLESS, serveOrganization } from './organizations.ts';
import { scenario } from './scenario.ts';
import { inVirtualEnvironment } from './virtual-environment.ts';
import { openWorkspace } from './workspace.ts';

const MORE = `
Needs Python 3.11 or newer with venv, and pip's package index once: the emulator goes into cdk.out/python.
Nothing of your AWS settings is read. It takes about four minutes, and ends with "N passed, N failed".

Exit codes:
  0  all passed, or skipped with --if-possible
  1  something failed
  2  usage, or no Python that it can use`;

const command = new Command('deploy:local')
  .description('bootstraps, deploys, rotates and deletes on an emulator of AWS, all on this machine')
  .option('--if-possible', 'say that it is skipped where there is no such Python or no package index')
  .addHelpText('after', MORE);

process.exitCode = await exitCodeOf(command, () => {
  const { ifPossible } = command.opts<{ ifPossible?: true }>();
  const needs = { script: 'deploy:local', packages: [MINISTACK], ifPossible, say };
  return inVirtualEnvironment(needs, (programs) => deployLocally(programs('ministack')));
});

async function deployLocally(program: string): Promise<number> {
  const open: { close(): Promise<void> }[] = [];
  const deployed = async (checks: Checks) => {
    // The urgent one soaks until a second deployment and an emergency have come, on a slow machine as well.
    const calm = await serveOrganization('calm', 'PT15S', [KEYLESS]);
    open.push(calm);
    const urgent = await serveOrganization('urgent', 'PT2M30S');
    open.push(urgent);
    const roots = [calm, urgent].map(({ simulation }) => readFile(simulation.caFile, 'utf8'));
    const workspace = await openWorkspace(await Promise.all(roots));
    await checks.demand('the emulator answers, with IAM enforced and over TLS', async () => {
      open.push(await startEmulator(program, workspace));
    });
    await scenario(checks, workspace, { calm, urgent });
  };
  return runChecks(deployed, async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
}
