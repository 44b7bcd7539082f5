import { Command, Option } from 'commander';
import { warnOfAllowances } from '../execution/allowances.ts';
import { addCaOption, casIn, withCaKeys } from '../execution/ca-keys.ts';
import { addEmergencyOptions, type RequestOptions, requestOf } from '../execution/request-options.ts';
import type { recollect } from '../journal/recollection.ts';
import { ADMIN_ENVIRONMENT, type AdminOptions, addAdminOptions } from '../organization/admin.ts';
import type { PlanPreview } from '../preview/plan-preview.ts';
import { parseInstant } from '../terminal/dates.ts';
import { exit, exitCodesHelp } from '../terminal/exit.ts';
import { jsonOf } from '../terminal/json.ts';
import { configOption } from './config-option.ts';
import { askedTable, parseTable } from './table-option.ts';

type Options = AdminOptions &
  RequestOptions & { policy?: string; config?: string; table?: string; now?: number; json?: true };

const MORE = `
Examples:
  OPENAI_ADMIN_KEY=… windlass plan acme
  windlass plan --policy policy.json --now 2026-12-01 --json
  windlass plan acme --emergency --anchor cert_abc --leave-behind old-batch
  windlass plan acme --emergency --anchor cert_abc --ca issuing-ca.pem

It only reads. Client secrets are not read, so it cannot say which clients are ready: windlass doctor does. For an emergency they
are read: it says where the named anchors would be cut, which clients move and which are not ready, how many calls that
takes, and about how long. Nothing is started, and nothing is remembered as compromised.
ORGANIZATION is an entry of cdk.json, the only one that is filled in unless said: its policy, its base URL and what its
stack's table remembers are planned with, as its next sweep would. Where the table cannot be read, the plan says so. Table and
secrets are asked for in the entry's region; the AWS settings say it where the entry has none.

Environment:
${ADMIN_ENVIRONMENT}
  WINDLASS_CONFIG          instead of --config
  WINDLASS_TABLE           instead of --table, where no organization is named
  AWS_PROFILE, AWS_REGION, …  the usual AWS settings, to read the table and, for an emergency, the clients' secrets

${exitCodesHelp({
  ok: 'something would be rotated, or nothing is due',
  usage: 'usage or bad input; the admin key was refused; the API did not answer',
  blocked: 'blocked: something is due, and none of it can be rotated until somebody does what is listed',
})}`;

/** `windlass plan`: what would be rotated, where and when, and what blocks. Read-only. */
export function planCommand(): Command {
  const command = new Command('plan').description(
    'what would be rotated, where, when, and what blocks; read-only',
  );
  return addCaOption(addEmergencyOptions(addAdminOptions(command)))
    .argument('[organization]', 'plan as the stack of this entry of cdk.json would')
    .option('--policy <file>', "the policy to plan by, instead of the organization's")
    .addOption(configOption())
    .addOption(
      new Option('--table <name>', "the table of the organization; its stack's unless said")
        .env('WINDLASS_TABLE')
        .argParser(parseTable),
    )
    .option('--now <iso>', 'plan as of this instant', parseInstant)
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', MORE)
    .action(plan);
}

async function plan(name: string | undefined, options: Options, command: Command): Promise<void> {
  // Nothing of a preview is recorded, so it needs no reason.
  const asked = requestOf(options.emergency ? { reason: 'a look', ...options } : options, command);
  const cas = await casIn(options);
  const request = withCaKeys(asked, cas);
  const { readPolicy } = await import('../organization/policy-file.ts');
  const { readAdminCredential } = await import('../organization/admin.ts');
  const { configuredOrganization, entryIn } = await import('../organization/configured.ts');
  const configured = await configuredOrganization(name, options.config);
  if (!configured && request.mode === 'emergency' && request.leaveBehind)
    command.error(
      'error: --leave-behind needs ORGANIZATION: clients are known by its entry in the configuration alone',
      { exitCode: exit.usage },
    );
  const isSaid = command.getOptionValueSource('baseUrl') !== 'default';
  const baseUrl = (!isSaid && configured?.organization.baseUrl) || options.baseUrl;
  const ownPolicy = options.policy === undefined ? configured?.organization.policy : undefined;
  const policy = ownPolicy ?? (await readPolicy(options.policy));
  const credential = await readAdminCredential({ ...options, baseUrl });
  const { regionOf } = await import('../../lib/checks/regions.ts');
  const region = configured ? regionOf(configured.organization) : undefined;
  const { table } = askedTable(name, options.table, command);
  const { foreseeRequest } = await import('../preview/foresee-request.ts');
  const previewPlan = await foreseeRequest(request, {
    ...{ baseURL: baseUrl, credential, policy },
    policyOf: options.policy ?? (configured ? entryIn(configured.name, options.config) : 'the defaults'),
    organization: configured?.organization ?? null,
    ...{ region, recollection: await recollection({ table, organization: configured?.name, region }) },
    ...{ cas, now: options.now ?? Math.floor(Date.now() / 1000) },
  });
  warnOfAllowances(request);
  await show(previewPlan, options.json, configured?.name);
  process.exitCode = previewPlan.decision === 'blocked' ? exit.blocked : exit.ok;
}

async function recollection(asked: Parameters<typeof recollect>[0]) {
  if (asked.table === undefined && asked.organization === undefined)
    return { unknown: "no table was named; windlass plan ORGANIZATION reads its stack's" };
  const { recollect } = await import('../journal/recollection.ts');
  return recollect(asked);
}

async function show(
  previewPlan: PlanPreview,
  json: true | undefined,
  name: string | undefined,
): Promise<void> {
  if (json) return void process.stdout.write(jsonOf(previewPlan));
  const { renderForesight } = await import('../preview/plan-report.ts');
  const { paintFor } = await import('../terminal/screen.ts');
  process.stdout.write(renderForesight(previewPlan, paintFor(process.stdout), name));
}
