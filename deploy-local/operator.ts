import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { type Ended, run } from './run-command.ts';
import { ROOT, towardsEmulator, type Workspace } from './workspace.ts';

/** Runs a `windlass` command as an operator would; gives its stdout, and throws unless it exits with this code. */
export async function windlassEnds(
  exitCode: number,
  workspace: Workspace,
  ...args: string[]
): Promise<string> {
  const ended = await windlass(workspace, ...args);
  if (ended.exitCode === exitCode) return ended.stdout;
  const said = `${ended.stdout}\n${ended.stderr}`.trim();
  throw new Error(`windlass ${args.join(' ')} ended with ${ended.exitCode}, not ${exitCode}:\n${said}`);
}

const windlass = (workspace: Workspace, ...args: string[]): Promise<Ended> =>
  run('node', [join(ROOT, 'bin', 'windlass.ts'), ...args], { cwd: ROOT, env: towardsEmulator(workspace) });

/** What these checks read of `windlass status --json`. */
const statusSchema = z.object({
  running: z
    .object({ execution: z.string(), startedBy: z.string().nullable(), soakUntil: z.string().nullable() })
    .nullable(),
});

type LocalStatus = z.infer<typeof statusSchema>;

/** Whatever its exit code, which says how things stand. */
export async function statusOf(workspace: Workspace, organization: string): Promise<LocalStatus> {
  const { stdout, stderr } = await windlass(workspace, 'status', organization, '--json');
  if (stdout === '') throw new Error(`windlass status ${organization}: ${stderr}`);
  return statusSchema.parse(JSON.parse(stdout));
}

/** What they read of `windlass history --json`. */
const historySchema = z.object({
  rotations: z.array(
    z.object({
      execution: z.string(),
      startedBy: z.string().nullable(),
      outcome: z.string(),
      mode: z.string().nullable(),
      changes: z.array(z.object({ what: z.string() })),
      verdicts: z.array(z.unknown()),
    }),
  ),
});

type LocalRotation = z.infer<typeof historySchema>['rotations'][number];

/** Every run of an organization, idle sweeps as well. */
export async function historyOf(workspace: Workspace, organization: string): Promise<LocalRotation[]> {
  const printed = await windlassEnds(0, workspace, 'history', organization, '--all', '--json');
  return historySchema.parse(JSON.parse(printed)).rotations;
}

/** Asks every second until there is an answer; throws when there was none in time. */
export async function eventually<T>(
  seconds: number,
  what: string,
  ask: () => Promise<T | null | undefined>,
): Promise<T> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    if (performance.now() > until) throw new Error(`${what}: not within ${seconds} s`);
    await pause(1_000);
  }
}
