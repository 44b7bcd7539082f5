import { Command } from 'commander';
import { exit, exitCodesHelp } from '../terminal/exit.ts';
import { jsonOf } from '../terminal/json.ts';
import { configOption } from './config-option.ts';
import { tableOption } from './table-option.ts';

type Options = { config?: string; table?: string; json?: true };

const MORE = `
Examples:
  windlass doctor acme
  windlass doctor acme --json | jq -r '.findings[] | select(.severity != "ok").remedy'
  npm run deploy && windlass doctor acme

ORGANIZATION is an entry of cdk.json, the only one that is filled in unless said. It looks at the entry and its policy, at
credentials and region, at the admin secret and what its key may do, at the anchors' names, at each client's secret and
leaf, at the hosts as each client sees them, and at the stack where there is one: its schedule, its last run without a
halt, who hears its alarms, and whether this checkout would deploy anything else. AWS is asked in the entry's region, and in the one of your
AWS settings where it has none. It changes nothing. What could not be checked is said, with why, and never counts as well.

Environment:
  WINDLASS_CONFIG         instead of --config
  WINDLASS_TABLE          instead of --table, where no organization is named
  AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, …  the usual AWS settings
  AWS_ENDPOINT_URL_CLOUDFORMATION, …_SNS, …_SECRETS_MANAGER, …_SFN, …_SCHEDULER, …_DYNAMODB  other endpoints

${exitCodesHelp({
  ok: 'all of it is well',
  usage: 'usage; the configuration cannot be read, or has no such organization',
  blocked: 'a warning, or something that could not be checked',
  halted: 'something is wrong: a rotation would halt, be blocked or go unheard',
})}`;

/**
 * `windlass doctor`: checks whether a configuration and its stack are fit to rotate, and gives a remedy for
 * each finding. Read-only.
 */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'whether a configuration and its stack are in order, each finding with its remedy; read-only',
    )
    .argument('[organization]', 'an entry of cdk.json; the only one that is filled in unless said')
    .addOption(configOption())
    .addOption(tableOption())
    .option('--json', 'print it as JSON')
    .addHelpText('after', MORE)
    .action(doctor);
}

async function doctor(name: string | undefined, options: Options, command: Command): Promise<void> {
  const { config, json } = options;
  // `WINDLASS_TABLE` counts only when no organization is named: it may be another organization's table.
  const isTyped = command.getOptionValueSource('table') === 'cli' || name === undefined;
  const table = isTyped ? options.table : undefined;
  const { examine } = await import('../doctor/examine.ts');
  const { openScreen, paintFor } = await import('../terminal/screen.ts');
  const screen = openScreen(process.stderr);
  const asked = { name, config, table, now: Math.floor(Date.now() / 1000) };
  const diagnosis = await examine({ ...asked, onLook: (what) => screen.status([what]) }).finally(
    screen.close,
  );
  const { renderDiagnosis } = await import('../doctor/report.ts');
  process.stdout.write(json ? jsonOf(diagnosis) : renderDiagnosis(diagnosis, paintFor(process.stdout)));
  process.exitCode = { well: exit.ok, attention: exit.blocked, failed: exit.halted }[diagnosis.verdict];
}
