import { Command, InvalidArgumentError, Option } from 'commander';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { allowancesOf } from '../execution/allowances.ts';
import type { Machine, RotateOptions } from '../execution/machine.ts';
import { addEmergencyOptions, type RequestOptions, requestOf } from '../execution/request-options.ts';
import { parseStartedBy, whoIsHere } from '../execution/started-by.ts';
import { confirmed, demandTerminal } from '../terminal/ask.ts';
import { exit, exitCodesHelp, say } from '../terminal/exit.ts';

const MORE = `
Examples:
  windlass rotate --state-machine arn:aws:states:eu-west-1:123456789012:stateMachine:windlass
  windlass rotate --state-machine ARN --emergency --anchor cert_abc --reason "key found in a repository"
  windlass rotate --state-machine ARN --emergency --anchor cert_abc --reason TEXT --leave-behind old-batch
  windlass rotate --state-machine ARN --manual --yes --no-wait

Without --manual or --emergency it starts what the daily schedule starts.
Ctrl-C stops the watching, never the rotation.

Environment:
  WINDLASS_STATE_MACHINE  the ARN, instead of --state-machine
  AWS_PROFILE, AWS_ACCESS_KEY_ID, …  the usual AWS credentials; the region is the ARN's own
  AWS_ENDPOINT_URL_SFN    another Step Functions endpoint

${exitCodesHelp({
  ok: 'succeeded; with --no-wait: started',
  usage: 'nothing was started: usage, bad input, refused by AWS, or answered no',
  blocked: 'blocked: nothing could be rotated',
  halted: 'halted, timed out or aborted; or it was started, or may have been, and cannot be watched',
  interrupted: 'stopped watching; the rotation carries on',
})}`;

/** `windlass rotate`: starts the deployed state machine and follows it to its end. */
export function rotateCommand(): Command {
  const command = new Command('rotate')
    .description('start a rotation on the deployed state machine and follow it to its end')
    .addOption(
      new Option('--state-machine <arn>', 'the state machine of the organization')
        .env('WINDLASS_STATE_MACHINE')
        .argParser(parseMachine)
        .makeOptionMandatory(),
    )
    .option('--manual', "run now by hand, with the policy's soak");
  return addEmergencyOptions(command)
    .option('--started-by <text>', 'who, for the record; you@this-host when absent', parseStartedBy)
    .option('--yes', 'do not ask')
    .option('--no-wait', 'return when it has started')
    .option('--json', 'print how it ended as JSON on stdout; all else goes to stderr')
    .addHelpText('after', MORE)
    .action(rotate);
}

async function rotate(options: RequestOptions & RotateOptions, command: Command): Promise<void> {
  const request = { ...requestOf(options, command), startedBy: options.startedBy ?? whoIsHere() };
  demandTerminal(options.yes, command, 'starts the rotation');
  const stream = options.json ? process.stderr : process.stdout;
  stream.write(`${describe(options.stateMachine, request)}\n\n`);
  const { paintFor } = await import('../terminal/screen.ts');
  // On stderr and in red, so that it is seen whatever becomes of stdout.
  for (const allowance of allowancesOf(request))
    process.stderr.write(`  ${paintFor(process.stderr)(['red', 'bold'], `! ${allowance}`)}\n`);
  if (!options.yes && !(await confirmed(questionOf(request)))) {
    process.stderr.write('windlass: nothing was started\n');
    process.exitCode = exit.usage;
    return;
  }
  const { startAndFollow } = await import('../execution/start-and-follow.ts');
  process.exitCode = await startAndFollow(options, request, stream).catch((error) => {
    // Whoever repeats what was refused must not repeat this: it may be under way.
    if (!(error instanceof WindlassError) || error.name !== 'ApiUnavailable') throw error;
    say(error.message);
    return exit.halted;
  });
}

const questionOf = ({ mode }: Request): string =>
  mode === 'emergency' ? 'Start this emergency rotation?' : 'Start this rotation?';

/** What is about to start, for the eyes of whoever has to agree. */
function describe({ name, region, account }: Machine, request: Request): string {
  const what = {
    scheduled: 'as the daily schedule starts it: whatever is due',
    manual: "by hand: whatever is due, with the policy's soak",
    emergency: 'EMERGENCY: the named anchors, without a soak, with every other guard',
  };
  const lines = [
    ['state machine', `${name} (${region}, account ${account})`],
    ['rotation', what[request.mode]],
    ['anchors', request.mode === 'emergency' ? request.anchors.join(', ') : ''],
    ['started by', request.startedBy ?? ''],
    ['reason', request.mode === 'scheduled' ? '' : (request.reason ?? '')],
  ];
  return lines
    .filter(([, text]) => text)
    .map(([title = '', text]) => `  ${title.padEnd(15)} ${text}`)
    .join('\n');
}

const ARN = /^arn:aws[a-z-]*:states:([a-z0-9-]+):(\d{12}):stateMachine:(\S+)$/;

function parseMachine(arn: string): Machine {
  const [, region, account, name] = ARN.exec(arn) ?? [];
  if (region && account && name) return { arn, region, account, name };
  throw new InvalidArgumentError(
    'It is not the ARN of a state machine such as arn:aws:states:eu-west-1:123456789012:stateMachine:windlass.',
  );
}
