import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Checks } from '../deploy-local/checks.ts';
import { run } from '../deploy-local/run-command.ts';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';
import { type Complaint, knownDeviations } from './known-deviations.ts';

/**
 * Lets schemathesis make up calls from the API's description and check each answer against it. Only known
 * deviations may be found.
 */
export async function heldToDescription(
  checks: Checks,
  ready: Simulation,
  { program, description, folder }: { program: string; description: string; folder: string },
): Promise<void> {
  const complaints: Complaint[] = [];
  const ran = await checks.look('schemathesis: calls every operation of the description', async () => {
    const report = join(folder, 'schemathesis.ndjson');
    const { exitCode, stdout, stderr } = await run(
      program,
      [
        ...['run', description, '--url', ready.apiBase, '-H', `Authorization: Bearer ${ready.adminKey}`],
        ...['--phases', 'examples,coverage,fuzzing,stateful', '--max-examples', '25', '--seed', '1'],
        ...['--continue-on-failure', '--no-color', '--report-ndjson-path', report],
      ],
      { cwd: folder, env: process.env },
    );
    // 0 means no complaint, 1 means complaints, which are checked below.
    if (exitCode > 1 || !/Tested: [1-9]/.test(stdout))
      throw new Error(`${stdout}\n${stderr}`.trimEnd().split('\n').slice(-15).join('\n'));
    if (/^ *(🚫|Errors:)/m.test(stdout))
      throw new Error(stdout.slice(stdout.indexOf('ERRORS')).slice(0, 2_000));
    complaints.push(...(await complaintsIn(report)));
  });
  if (!ran) return;
  await checks.look('schemathesis: complains of known deviations and of nothing else', async () => {
    const others = complaints.filter((one) => !knownDeviations.some(({ covers }) => covers(one)));
    const lines = others.map(
      ({ check, operation, status, message }) => `${operation} ${status} ${check}: ${message}`,
    );
    if (lines.length > 0) throw new Error([...new Set(lines)].slice(0, 20).join('\n  '));
  });
  for (const { id, what, covers } of knownDeviations)
    await checks.look(`known deviation, still there: ${id} (${what})`, async () => {
      if (!complaints.some(covers)) throw new Error('no answer shows it any more: take it off the list');
    });
}

type Recorder = {
  label: string;
  checks: Record<string, { name: string; status: string }[]>;
  interactions: Record<string, { response?: { status_code: number; content?: { $base64?: string } | null } }>;
};

/** Every check that failed, with the answer on which it failed. */
async function complaintsIn(report: string): Promise<Complaint[]> {
  const found: Complaint[] = [];
  for await (const line of createInterface({ input: createReadStream(report) })) {
    const recorder: Recorder | undefined = JSON.parse(line).ScenarioFinished?.recorder;
    for (const [id, checks] of Object.entries(recorder?.checks ?? {}))
      for (const { name, status } of checks) {
        if (status !== 'failure') continue;
        const { status_code = 0, content } = recorder?.interactions[id]?.response ?? {};
        found.push({
          ...{ check: name, operation: recorder?.label ?? '', status: status_code },
          message: messageIn(Buffer.from(content?.$base64 ?? '', 'base64').toString()),
        });
      }
  }
  return found;
}

function messageIn(body: string): string {
  try {
    return String(JSON.parse(body).error?.message ?? '');
  } catch {
    return '';
  }
}
