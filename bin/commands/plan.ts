import { Command } from 'commander';
import { ADMIN_ENVIRONMENT, type AdminOptions, addAdminOptions } from '../organization/admin.ts';
import { parseInstant } from '../terminal/dates.ts';
import { exit, exitCodesHelp } from '../terminal/exit.ts';

type Options = AdminOptions & { policy?: string; now?: number; json?: true };

const MORE = `
Examples:
  OPENAI_ADMIN_KEY=… windlass plan
  windlass plan --policy policy.json --now 2026-12-01 --json

It only reads. Client secrets are not read, so it cannot say which clients are ready.

Environment:
${ADMIN_ENVIRONMENT}

${exitCodesHelp({
  ok: 'something would be rotated, or nothing is due',
  usage: 'usage or bad input; the admin key was refused; the API did not answer',
  blocked: 'blocked: something is due and none of it could be rotated',
})}`;

/** `windlass plan`: what would be rotated, where and when, and what blocks. Read-only. */
export function planCommand(): Command {
  const command = new Command('plan').description(
    'what would be rotated, where, when, and what blocks; read-only',
  );
  return addAdminOptions(command)
    .option('--policy <file>', 'the policy to plan by')
    .option('--now <iso>', 'plan as of this instant', parseInstant)
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', MORE)
    .action(plan);
}

async function plan(options: Options): Promise<void> {
  const { readPolicy } = await import('../organization/policy-file.ts');
  const { readAdminCredential } = await import('../organization/admin.ts');
  const policy = await readPolicy(options.policy);
  const credential = await readAdminCredential(options);
  const { foresee } = await import('../organization/plan-preview.ts');
  const { renderForesight } = await import('../organization/plan-report.ts');
  const { paintFor } = await import('../terminal/screen.ts');
  const previewPlan = await foresee({
    baseURL: options.baseUrl,
    credential,
    policy,
    now: options.now ?? Math.floor(Date.now() / 1000),
  });
  process.stdout.write(
    options.json
      ? `${JSON.stringify(previewPlan, null, 2)}\n`
      : renderForesight(previewPlan, paintFor(process.stdout)),
  );
  process.exitCode = previewPlan.decision === 'blocked' ? exit.blocked : exit.ok;
}
