import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configurationOf, type LocalOrganization } from './organizations.ts';
import { demand } from './run-command.ts';
import { ACCOUNT, REGION, ROOT, towardsEmulator, type Workspace } from './workspace.ts';

const QUIET = ['--no-notices', '--progress', 'events'];

/** `cdk bootstrap`, which needs no app. */
export async function bootstrap(workspace: Workspace): Promise<void> {
  const cwd = join(workspace.folder, 'tmp');
  const env = towardsEmulator(workspace);
  await demand('cdk', ['bootstrap', `aws://${ACCOUNT}/${REGION}`, ...QUIET], { cwd, env });
}

/** `cdk deploy` of these organizations' stacks. */
export const deploy = (workspace: Workspace, organizations: readonly LocalOrganization[]): Promise<void> =>
  cdk(['deploy', '--all', '--require-approval', 'never'], workspace, organizations);

/** `cdk destroy` of them. */
export const destroy = (workspace: Workspace, organizations: readonly LocalOrganization[]): Promise<void> =>
  cdk(['destroy', '--all', '--force'], workspace, organizations);

async function cdk(
  command: readonly string[],
  workspace: Workspace,
  organizations: readonly LocalOrganization[],
): Promise<void> {
  // Each command synthesizes afresh; where that is has to be below the repository, for the bundles.
  const cwd = join(workspace.folder, 'app');
  await rm(cwd, { recursive: true, force: true });
  await mkdir(cwd, { recursive: true });
  const configuration = join(cwd, 'windlass.json');
  await writeFile(configuration, JSON.stringify(configurationOf(organizations)));
  const app = `node --import ${join(ROOT, 'bin', 'demand-node.js')} ${join(ROOT, 'deploy-local', 'app.ts')}`;
  await demand('cdk', [...command, '--app', app, ...QUIET], {
    cwd,
    env: { ...towardsEmulator(workspace), WINDLASS_LOCAL_CONFIGURATION: configuration },
  });
}
