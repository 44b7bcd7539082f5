import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configurationOf, type LocalOrganization } from './organizations.ts';
import { demand } from './run-command.ts';
import { ACCOUNT, REGION, ROOT, towardsEmulator, type Workspace } from './workspace.ts';

const QUIET = ['--no-notices', '--progress', 'events'];

/** Runs `cdk bootstrap`, which needs no app. */
export async function bootstrap(workspace: Workspace): Promise<void> {
  const cwd = join(workspace.folder, 'tmp');
  const env = towardsEmulator(workspace);
  await demand('cdk', ['bootstrap', `aws://${ACCOUNT}/${REGION}`, ...QUIET], { cwd, env });
}

/** Runs `cdk deploy` for these organizations' stacks. */
export const deploy = (workspace: Workspace, organizations: readonly LocalOrganization[]): Promise<void> =>
  cdk(['deploy', '--all', '--require-approval', 'never'], workspace, organizations);

/** Runs `cdk destroy` for them. */
export const destroy = (workspace: Workspace, organizations: readonly LocalOrganization[]): Promise<void> =>
  cdk(['destroy', '--all', '--force'], workspace, organizations);

async function cdk(
  command: readonly string[],
  workspace: Workspace,
  organizations: readonly LocalOrganization[],
): Promise<void> {
  const cwd = await writeApp(workspace, organizations);
  await demand('cdk', [...command, ...QUIET], { cwd, env: towardsEmulator(workspace) });
}

/** Makes a folder with the `cdk.json` of these organizations only, for the CDK's commands, and returns it. */
export async function writeApp(
  { folder }: Workspace,
  organizations: readonly LocalOrganization[],
): Promise<string> {
  const cwd = join(folder, 'app');
  await rm(cwd, { recursive: true, force: true });
  await mkdir(cwd, { recursive: true });
  const [demandNode, file] = ['bin/demand-node.js', 'deploy-local/app.ts'].map((path) => join(ROOT, path));
  const written = {
    app: `node --import "${demandNode}" "${file}"`,
    // As deep as the output of the clone itself. The digests of the functions are then the same, and doctor
    // compares them.
    output: join(ROOT, 'cdk.out'),
    context: { windlass: configurationOf(organizations) },
  };
  await writeFile(join(cwd, 'cdk.json'), `${JSON.stringify(written, null, 2)}\n`);
  return cwd;
}
