import confirm from '@inquirer/confirm';
import { Command, InvalidArgumentError } from 'commander';
import { exitCodeOf } from '../bin/terminal/runner-command.ts';
import { type Checks, runChecks, say } from '../deploy-local/checks.ts';
import { REGION } from '../lib/checks/regions.ts';
import { intention } from './intention.ts';
import { questions } from './questions.ts';
import { createStack, removeStack, runOnce, type Standing } from './standing-stack.ts';

const MORE = `
For a sandbox account. It needs credentials that may make and remove what --plan lists, states:TestState, and
sts:AssumeRole on the role of its stack. It ends with "N passed, N failed".

Exit codes:
  0  all passed, or only the plan was asked for
  1  something failed
  2  usage, or nobody agreed`;

const { AWS_REGION } = process.env;

const command = new Command('verify:account')
  .description('asks an AWS account what only AWS can say, by a stack of its own that it removes')
  .requiredOption('--region <region>', 'where; AWS_REGION unless given', regionNamed, AWS_REGION)
  .option('--plan', 'only say what would be made, asked and removed')
  .option('--yes', 'do not ask before it begins')
  .addHelpText('after', MORE);

process.exitCode = await exitCodeOf(command, async () => {
  const { region, plan, yes } = command.opts<{ region: string; plan?: true; yes?: true }>();
  const stackName = `windlass-verify-${Date.now().toString(36)}`;
  say(intention(region, stackName));
  if (plan) return 0;
  if (!yes && !(await agreed())) return 2;
  return verify(region, stackName);
});

function regionNamed(text: string): string {
  if (REGION.test(text)) return text;
  throw new InvalidArgumentError('It is not an AWS region such as eu-west-1.');
}

async function agreed(): Promise<boolean> {
  if (process.stdin.isTTY) return confirm({ message: 'Make it?', default: false });
  console.error('verify:account needs a terminal to ask on, or --yes');
  return false;
}

async function verify(region: string, stackName: string): Promise<number> {
  let removed: Promise<boolean> | undefined;
  const remove = (checks: Checks) => {
    removed ??= checks.look(`the stack ${stackName} is removed`, () =>
      removeStack(region, stackName).catch((error: Error) => {
        throw new Error(`${error.message}: empty its bucket and delete it by hand`);
      }),
    );
    return removed;
  };
  return runChecks((checks) => ask(checks, region, stackName), remove);
}

async function ask(checks: Checks, region: string, stackName: string): Promise<void> {
  let standing: Standing | undefined;
  await checks.demand('the stack is made, and its machine runs', async () => {
    standing = await runOnce(region, await createStack(region, stackName));
  });
  for (const { id, what, ask } of questions)
    await checks.look(`${id}: ${what}`, async () => {
      if (standing) await ask(standing);
    });
}
