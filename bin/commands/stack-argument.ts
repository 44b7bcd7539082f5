import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Machine, stackIn } from '../account/machine.ts';
import { exit } from '../terminal/exit.ts';

/** The argument by which commands find a stack. */
export const STACK_ARGUMENT = '[organization | arn]';

/** The help text of that argument. */
export const STACK_ARGUMENT_HELP = 'the stack of this organization; the only one here unless said';

/** The option that names a stack by its machine's ARN. */
export const machineOption = (): Option =>
  new Option('--state-machine <arn>', 'the state machine of the organization')
    .env('WINDLASS_STATE_MACHINE')
    .argParser(parseMachine);

/** The lines of a command's help about the environment variables by which a stack is found. */
export const STACK_ENVIRONMENT = `Environment:
  WINDLASS_STATE_MACHINE  the ARN of the state machine, where no stack is named
  AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, …  the usual AWS settings; the region is the ARN's own
  AWS_ENDPOINT_URL_SFN    another Step Functions endpoint`;

/**
 * The stack that a command was told. An argument counts before the environment. An argument and a typed
 * option together are refused.
 */
export function askedStack(
  stack: string | undefined,
  machine: Machine | undefined,
  command: Command,
): string | undefined {
  if (stack !== undefined && command.getOptionValueSource('stateMachine') === 'cli')
    command.error('error: name the organization or --state-machine, not both', { exitCode: exit.usage });
  return stack ?? machine?.arn;
}

function parseMachine(arn: string): Machine {
  const stack = stackIn(arn);
  if (stack && stack.execution === null) return stack.machine;
  throw new InvalidArgumentError(
    'It is not the ARN of a state machine such as arn:aws:states:eu-west-1:123456789012:stateMachine:windlass-acme.',
  );
}
