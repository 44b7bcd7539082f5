import assert from 'node:assert/strict';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { adminSecretOf, type LocalOrganization } from './organizations.ts';
import { operating } from './probes/limited-role.ts';
import { run } from './run-command.ts';
import { ROOT, towardsEmulator, type Workspace } from './workspace.ts';

/**
 * Runs a `windlass` command as an operator would, and returns its stdout. Throws unless it exits with this
 * code.
 */
export async function windlassEnds(
  exitCode: number,
  workspace: Workspace,
  ...args: [command: string, organization: string, ...string[]]
): Promise<string> {
  const ended = await windlass(workspace, ...args);
  if (ended.exitCode === exitCode) return ended.stdout;
  const said = `${ended.stdout}\n${ended.stderr}`.trim();
  throw new Error(`windlass ${args.join(' ')} ended with ${ended.exitCode}, not ${exitCode}:\n${said}`);
}

/** Runs a command with only the policy that the stack makes for its operators. */
async function windlass(workspace: Workspace, command: string, organization: string, ...args: string[]) {
  const { credentials } = await operating(workspace, organization);
  const env = {
    ...towardsEmulator(workspace),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
  const program = join(ROOT, 'bin', 'windlass.js');
  return run('node', [program, command, organization, ...args], { cwd: ROOT, env });
}

/** The fields of `windlass status --json` that these checks read. */
const statusSchema = z.object({
  running: z
    .object({ execution: z.string(), startedBy: z.string().nullable(), soakUntil: z.string().nullable() })
    .nullable(),
});

type LocalStatus = z.infer<typeof statusSchema>;

/** Returns the status. Any exit code is accepted, since it depends on that status. */
export async function statusOf(workspace: Workspace, organization: string): Promise<LocalStatus> {
  const { stdout, stderr } = await windlass(workspace, 'status', organization, '--json');
  if (stdout === '') throw new Error(`windlass status ${organization}: ${stderr}`);
  return statusSchema.parse(JSON.parse(stdout));
}

/** The fields of `windlass history --json` that these checks read. */
const historySchema = z.object({
  rotations: z.array(
    z.object({
      execution: z.string(),
      startedBy: z.string().nullable(),
      outcome: z.string(),
      mode: z.string().nullable(),
      changes: z.array(z.object({ what: z.string(), changed: z.array(z.string()) })),
      verdicts: z.array(z.object({ what: z.string(), refused: z.array(z.string()) })),
    }),
  ),
});

type LocalRotation = z.infer<typeof historySchema>['rotations'][number];

/** Every run of an organization, idle sweeps included. */
export async function historyOf(workspace: Workspace, organization: string): Promise<LocalRotation[]> {
  const printed = await windlassEnds(0, workspace, 'history', organization, '--all', '--json');
  return historySchema.parse(JSON.parse(printed)).rotations;
}

/** Checks that the operators' policy of this organization's stack does not allow reading its admin key. */
export async function opensNoSecret(workspace: Workspace, { name }: LocalOrganization): Promise<void> {
  const secrets = new SecretsManagerClient(await operating(workspace, name));
  const read = new GetSecretValueCommand({ SecretId: adminSecretOf(name) });
  await assert.rejects(secrets.send(read), { name: /AccessDenied/ });
}
