import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { type Checks, say } from './checks.ts';
import { type LocalOrganization, seedSecrets } from './organizations.ts';
import { type Ended, run } from './run-command.ts';
import { bootstrap, deploy, writeApp } from './stacks.ts';
import { ROOT, towardsEmulator, type Workspace } from './workspace.ts';

/**
 * Deploys one organization that has not rotated yet, prints how to use it, and waits for `stopped`. `stopped`
 * receives the folder in which the commands are used.
 */
export async function keepStanding(
  checks: Checks,
  workspace: Workspace,
  organization: LocalOrganization,
  stopped: (folder: string) => Promise<void>,
  { isKept = false } = {},
): Promise<void> {
  await checks.demand('cdk bootstrap prepares the account', () => bootstrap(workspace));
  await checks.demand('its secrets are created, and the next leaves staged', () =>
    seedSecrets(organization, workspace),
  );
  await checks.demand('cdk deploy makes its stack', () => deploy(workspace, [organization]));
  // A reader of the documents can deploy and delete in this folder. Its settings lead to this emulator only.
  const folder = await writeApp(workspace, [organization]);
  await writeFile(join(folder, 'env'), settingsFile(workspace, organization, folder), { mode: 0o600 });
  say(manual(organization, relative(ROOT, folder), isKept));
  await stopped(folder);
  await rm(folder, { recursive: true, force: true });
}

const diagnosisSchema = z.object({
  findings: z.array(z.object({ check: z.string(), severity: z.string() })),
});

/**
 * Runs the commands of the printed manual in the folder of a standing stack, in a shell that has only the
 * settings of that folder.
 */
export async function answersWhoReadsTheManual(checks: Checks, folder: string, name: string): Promise<void> {
  const { PATH, HOME } = process.env;
  const typed = (command: string): Promise<Ended> =>
    run('sh', ['-c', `. ./env && npx windlass ${command}`], { cwd: folder, env: { PATH, HOME } });
  const ends = async (exitCode: number, command: string): Promise<string> => {
    const ended = await typed(command);
    assert.equal(ended.exitCode, exitCode, `windlass ${command}:\n${ended.stdout}\n${ended.stderr}`);
    return ended.stdout;
  };
  await checks.look('status and plan answer whoever reads its settings into a shell', async () => {
    assert.match(await ends(0, `status ${name}`), /nothing to do: the next run is on .* the daily\s+sweep/);
    assert.match(await ends(0, `plan ${name}`), /Would rotate.*: 1 succession in 2 scopes/);
  });
  await checks.look('doctor finds nothing wrong there but that nobody hears the alarms', async () => {
    const { findings } = diagnosisSchema.parse(JSON.parse(await ends(4, `doctor ${name} --json`)));
    const failed = findings.filter(({ severity }) => severity === 'failed' || severity === 'unchecked');
    assert.deepEqual(
      failed.map(({ check }) => check),
      ['subscription'],
    );
  });
}

const manual = ({ name, soak }: LocalOrganization, folder: string, isKept: boolean): string => `
The stack of ${name} stands on this machine, and nothing of it is AWS. ${isKept ? 'In another terminal, in the clone' : 'With --keep, in another terminal, in the clone'}:

  cd ${folder} && . ./env

That terminal now talks to the emulator and to the simulated organization alone. There:

  npx windlass status ${name}
  npx windlass doctor ${name}     # exits with 4: nobody hears the alarms here; warns of the soak and of what an emulator lacks
  npx windlass plan ${name}
  npx windlass rotate ${name} --manual     # soaks for ${soak}
  npx windlass rotate ${name} --emergency --anchor cert_acme_old --reason "its key was found on a public bucket"
  npx windlass history ${name}
  npx windlass compromised ${name}
  aws secretsmanager list-secrets
  curl -s -H "Authorization: Bearer $OPENAI_ADMIN_KEY" "$OPENAI_BASE_URL/organization/certificates"
  npx cdk destroy Windlass-${name}     # and npx cdk deploy --all again

An emergency may also take over while the other soaks, from a third terminal: what it takes over then ends red here, green on AWS.
${isKept ? `Ctrl-C here ends the emulator and the organization, and removes ${folder}: close the other terminal then, or leave that folder.` : 'This run tries these itself and goes on: `npm run deploy:local -- --keep` serves it until Ctrl-C.'}
`;

/**
 * The settings that a shell reads to use the emulator and the simulated organization, and no AWS account of
 * its user.
 */
export function settingsFile(
  workspace: Workspace,
  { simulation }: LocalOrganization,
  folder: string,
): string {
  const towards = Object.entries(towardsEmulator(workspace)).filter(([name]) =>
    /^AWS_|^NODE_EXTRA/.test(name),
  );
  const settings: Record<string, string | undefined> = {
    ...Object.fromEntries(towards),
    OPENAI_ADMIN_KEY: simulation.adminKey,
    UPLOAD_ADMIN_KEY: simulation.personalAdminKey,
    OPENAI_BASE_URL: simulation.apiBase,
    WINDLASS_CONFIG: join(folder, 'cdk.json'),
  };
  return [
    '# For a shell of its own: read it with the dot, and close the shell afterwards.',
    "unset AWS_PROFILE WINDLASS_TABLE $(env | sed -nE 's/^(AWS_[A-Za-z0-9_]*|[A-Za-z]+_(proxy|PROXY))=.*/\\1/p')",
    `export PATH=${quoted(join(ROOT, 'node_modules', '.bin'))}:"$PATH"`,
    ...Object.entries(settings).map(([name, value = '']) => `export ${name}=${quoted(value)}`),
    '',
  ].join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
