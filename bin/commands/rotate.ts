import { Command } from 'commander';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import type { Machine } from '../account/machine.ts';
import { warnOfAllowances } from '../execution/allowances.ts';
import { addCaOption, type Ca, caInWords, casIn, withCaKeys } from '../execution/ca-keys.ts';
import { addEmergencyOptions, type RequestOptions, requestOf } from '../execution/request-options.ts';
import { parseStartedBy, whoIsHere } from '../execution/started-by.ts';
import { confirmed, demandTerminal } from '../terminal/ask.ts';
import { BLOCKED_RUN, exit, exitCodesHelp, say } from '../terminal/exit.ts';
import { printable } from '../terminal/printable.ts';
import { askedStack, machineOption, STACK_ARGUMENT, STACK_ENVIRONMENT } from './stack-argument.ts';

type Options = RequestOptions & {
  stateMachine?: Machine;
  startedBy?: string;
  yes?: true;
  wait: boolean;
  json?: true;
};

const MORE = `
Examples:
  windlass rotate acme
  windlass rotate acme --emergency --anchor cert_abc --reason "key found in a repository"
  windlass rotate acme --emergency --anchor cert_abc --ca issuing-ca.pem --reason TEXT
  windlass rotate acme --emergency --anchor cert_abc --reason TEXT --leave-behind old-batch
  windlass rotate --state-machine arn:aws:states:eu-west-1:123456789012:stateMachine:windlass-acme --manual --yes --no-wait

It says what it is about to start, and asks. --yes starts it without asking: a script, which has no terminal, needs that.
Before it asks about an emergency it looks for half a minute at most, as windlass plan --emergency does: what would be cut, which
clients move, who is not ready, how many calls that takes and how long. --yes looks at nothing.
--ca names the key of a CA that was never uploaded, an issuing CA below the named anchor mostly: nothing takes over that has
certified it, whatever is active and has is named, and the key is never trusted again. Each certificate in the file is shown by
its subject first. One that has the key of an uploaded anchor, as the next root in a bundle has, is refused unless --anchor names
that anchor as well: by the look before anything is started, or with --yes by the emergency itself, which then halts.
Without --manual or --emergency it starts what the daily sweep starts, which leaves a rotation that is at work alone, and ends
with 0. --manual rotates what is due as well, tries again what was taken back for its filter, and halts as Busy where a rotation
is at work. Ctrl-C stops the watching, never the rotation.

${STACK_ENVIRONMENT}
  OPENAI_ADMIN_KEY        the admin key for that look; the admin secret's where it is not set
  WINDLASS_ADMIN_CERT, WINDLASS_ADMIN_KEY_FILE  a client certificate beside that key, as windlass plan takes it
  WINDLASS_CONFIG         another file of cdk.json's form, for that look

${exitCodesHelp({
  ok: 'it went through: rotated, or nothing was due; with --no-wait: started',
  usage: 'nothing was started: usage, bad input, refused by AWS, or answered no',
  blocked: BLOCKED_RUN,
  halted:
    'halted (windlass explain NAME says what to do), timed out, aborted, or taken over by another run; or it was started, or may have been, and cannot be watched, or what it said not be written',
  interrupted: 'stopped watching; the rotation carries on. At its question: nothing was started',
})}`;

/** `windlass rotate`: starts the deployed state machine and follows it to its end. */
export function rotateCommand(): Command {
  const command = new Command('rotate')
    .description('start a rotation on the deployed state machine and follow it to its end')
    .argument(STACK_ARGUMENT, 'the stack of this organization')
    .addOption(machineOption())
    .option('--manual', "run now because a person says so, with the policy's soak");
  return addCaOption(addEmergencyOptions(command))
    .option('--started-by <text>', 'who, for the record; you@this-host when absent', parseStartedBy)
    .option('--yes', 'start it without asking')
    .option('--no-wait', 'return when it has started')
    .option('--json', 'print how it ended as JSON on stdout; all else goes to stderr')
    .addHelpText('after', MORE)
    .action(rotate);
}

async function rotate(stack: string | undefined, options: Options, command: Command): Promise<void> {
  const asked = askedStack(stack, options.stateMachine, command);
  // A command that starts something needs to be told where. It never chooses the only stack by itself.
  if (asked === undefined)
    return command.error('error: name the organization, or its --state-machine ARN', {
      exitCode: exit.usage,
    });
  const cas = await casIn(options);
  const request = {
    ...withCaKeys(requestOf(options, command), cas),
    startedBy: options.startedBy ?? whoIsHere(),
  };
  demandTerminal(options.yes, command, 'starts the rotation');
  const { stackOf } = await import('../account/stack-of.ts');
  const { machine, execution } = await stackOf(asked);
  if (execution !== null)
    return command.error('error: an execution is started by its state machine: give that ARN', {
      exitCode: exit.usage,
    });
  const stream = options.json ? process.stderr : process.stdout;
  stream.write(`${describe(machine, request, cas)}\n\n`);
  warnOfAllowances(request);
  if (!options.yes && request.mode === 'emergency') await showFirst(machine, request, { cas, stream });
  if (!options.yes && !(await confirmed(questionOf(request)).catch(unanswered))) {
    say('nothing was started');
    process.exitCode = exit.usage;
    return;
  }
  const { startAndFollow } = await import('../execution/start-and-follow.ts');
  process.exitCode = await startAndFollow({ ...options, stateMachine: machine }, request, stream).catch(
    (error) => {
      // The rotation may have been started. Exit code 2 would say that nothing was, and a script would start
      // a second one.
      if (!(error instanceof WindlassError) || error.name !== 'ApiUnavailable') throw error;
      say(error.message);
      return exit.halted;
    },
  );
}

/** Shows what the emergency would do, before a person agrees to it. */
async function showFirst(
  machine: Machine,
  request: Extract<Request, { mode: 'emergency' }>,
  { cas, stream }: { cas: readonly Ca[]; stream: NodeJS.WriteStream },
): Promise<void> {
  const { lookFirst } = await import('../preview/look-first.ts');
  const { paintFor } = await import('../terminal/screen.ts');
  stream.write(`${await lookFirst(machine, request, { cas, paint: paintFor(stream) })}\n\n`);
}

/** Ctrl-C at the question starts nothing, just as the answer no. */
function unanswered(error: unknown): never {
  say('nothing was started');
  throw error;
}

const questionOf = ({ mode }: Request): string =>
  mode === 'emergency' ? 'Start this emergency rotation?' : 'Start this rotation?';

/** What is about to start, shown to the person who has to agree. */
function describe({ name, region, account }: Machine, request: Request, cas: readonly Ca[]): string {
  const what = {
    scheduled: 'as the daily schedule starts it: whatever is due',
    manual: "by hand: whatever is due, with the policy's soak",
    emergency: 'EMERGENCY: the named anchors, without a soak, with every other guard',
  };
  const lines = [
    ['state machine', `${name} (${region}, account ${account})`],
    ['rotation', what[request.mode]],
    ['anchors', request.mode === 'emergency' ? request.anchors.join(', ') : ''],
    // One key a line, so that a person reads each: none of them is ever trusted again.
    ...printable(cas).map((ca, i) => [i === 0 ? 'keys of CAs' : '', `${caInWords(ca)}, in ${ca.file}`]),
    ['started by', request.startedBy ?? ''],
    ['reason', request.mode === 'scheduled' ? '' : (request.reason ?? '')],
  ];
  return lines
    .filter(([, text]) => text)
    .map(([title = '', text]) => `  ${title.padEnd(15)} ${text}`)
    .join('\n');
}
