import { Command } from 'commander';
import type { CompromisedMemory } from '../../lambdas/domain/memory/journal.ts';
import { parseStartedBy, whoIsHere } from '../execution/started-by.ts';
import { confirmed, demandTerminal } from '../terminal/ask.ts';
import { exit, exitCodesHelp } from '../terminal/exit.ts';
import { jsonOf } from '../terminal/json.ts';
import { STACK_ARGUMENT, STACK_ARGUMENT_HELP } from './stack-argument.ts';
import { askedTable, TABLE_ENVIRONMENT, tableOption } from './table-option.ts';

type Options = {
  table?: string;
  retract?: string;
  reason?: string;
  startedBy?: string;
  yes?: true;
  json?: true;
};

const MORE = `
Examples:
  windlass compromised acme
  windlass compromised acme --retract cert_abc --reason "the wrong anchor was named"
  windlass compromised acme --retract key:SHA256 --reason "the CA's key did not leak"

What an emergency named is never trusted again: the anchor, and whatever other anchor has its key; and the key of a CA that
was never uploaded (rotate --ca), which is taken back as key: and its SHA-256, as it is shown. Only a person
takes that back, with --retract, which asks before it does (--yes does not); the journal keeps who did, and why. The next run
plans with the anchor again. A run that is about to cut it is named: it cuts it nowhere that it has not begun to by then.

${TABLE_ENVIRONMENT}

${exitCodesHelp({
  ok: 'shown, or taken back',
  usage: 'usage; not remembered, or answered no: nothing was changed; the table cannot be read or written',
})}`;

/**
 * `windlass compromised`: lists the anchors that no run trusts again, and lets a person take a compromise
 * back (I15).
 */
export function compromisedCommand(): Command {
  return new Command('compromised')
    .description('which anchors are remembered as compromised; --retract takes one back')
    .argument(STACK_ARGUMENT, STACK_ARGUMENT_HELP)
    .addOption(tableOption())
    .option('--retract <id>', 'forget that this anchor is compromised')
    .option('--reason <text>', 'why, for the record')
    .option('--started-by <text>', 'who, for the record; you@this-host when absent', parseStartedBy)
    .option('--yes', 'take it back without asking')
    .option('--json', 'print what is remembered as JSON')
    .addHelpText('after', MORE)
    .action(compromised);
}

async function compromised(stack: string | undefined, options: Options, command: Command): Promise<void> {
  const refuse = (message: string) => command.error(`error: ${message}`, { exitCode: exit.usage });
  const { retract: id, reason, json } = options;
  if (id !== undefined && !reason?.trim()) refuse('--retract needs --reason TEXT: why, for the record');
  if (id === undefined && reason !== undefined) refuse('--reason goes with --retract');
  if (id !== undefined && (stack ?? options.table) === undefined)
    refuse('--retract needs the organization, or its --table');
  if (id !== undefined) demandTerminal(options.yes, command, 'takes it back');
  const { tableAsked } = await import('../account/stack-table.ts');
  const { explained } = await import('../journal/unreadable.ts');
  const journal = await import('../journal/compromised.ts');
  const from = await tableAsked(askedTable(stack, options.table, command));
  const { tableName: name } = from;
  const remembered = await journal.compromisesIn(from).catch(async (error) => {
    throw await explained(error, 'read the compromised anchors', name, 'dynamodb:Query');
  });
  if (id === undefined) return show(name, remembered, json);
  const found = journal.demandRemembered(remembered, id);
  const others = journal.sameKey(remembered, found);
  const { cuttingNow } = await import('../execution/cutting-now.ts');
  process.stderr.write(await asked(id, others, await cuttingNow(from)));
  if (!options.yes && !(await confirmed(`Forget that ${id} is compromised?`))) {
    process.stderr.write('windlass: nothing was changed\n');
    process.exitCode = exit.usage;
    return;
  }
  const record = { who: options.startedBy ?? whoIsHere(), reason: reason ?? '', now: secondsNow() };
  await journal.retract(from, found, record).catch(async (error) => {
    throw await explained(error, `take back ${id}`, name, 'dynamodb:PutItem and dynamodb:DeleteItem');
  });
  const rest = remembered.filter((one) => one !== found);
  if (json) return printJson(name, rest, found);
  process.stdout.write(`${id} is no longer remembered as compromised.\n`);
}

async function asked(id: string, others: readonly string[], atWork: string | null): Promise<string> {
  const { paintFor } = await import('../terminal/screen.ts');
  const warning =
    others.length > 0
      ? `${others.join(', ')} has the same key and stays compromised, and so does the key: take it back as well for ${id} to be trusted`
      : `the next run may trust ${id}, and whatever else has its key, again`;
  const paint = paintFor(process.stderr);
  return [warning, ...(atWork ? [atWork] : [])].map((line) => `${paint('yellow', line)}\n`).join('');
}

async function show(
  name: string,
  remembered: readonly CompromisedMemory[],
  json: true | undefined,
): Promise<void> {
  if (json) return printJson(name, remembered, null);
  const { renderCompromised } = await import('../journal/compromised.ts');
  const { paintFor } = await import('../terminal/screen.ts');
  process.stdout.write(renderCompromised(remembered, paintFor(process.stdout)));
}

/** Prints what is remembered, and what was taken back. `found` is null when nothing was to be taken back. */
async function printJson(
  table: string,
  remembered: readonly CompromisedMemory[],
  found: CompromisedMemory | null,
): Promise<void> {
  const { inFull } = await import('../journal/compromised.ts');
  const told = { table, compromised: remembered.map(inFull), retracted: found && inFull(found) };
  process.stdout.write(jsonOf(told));
}

const secondsNow = (): number => Math.floor(Date.now() / 1000);
