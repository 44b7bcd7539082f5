import { Command } from 'commander';
import { shown } from '../../lambdas/domain/bad-fields.ts';
import { closest } from '../../lambdas/domain/closest.ts';
import {
  errorGuide,
  type HaltName,
  haltNameOf,
  haltNames,
  inShort,
  retriedInWords,
} from '../../lambdas/domain/error-guide.ts';
import { kinds } from '../../lambdas/domain/error-situations.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { exit, exitCodesHelp } from '../terminal/exit.ts';
import { jsonOf } from '../terminal/json.ts';
import { prose } from '../terminal/prose.ts';
import { type Paint, paintFor } from '../terminal/screen.ts';
import { section } from '../terminal/sections.ts';
import { table } from '../terminal/tables.ts';

const MORE = `
Examples:
  windlass explain SuccessorRefused
  windlass explain Lambda.ServiceException
  windlass explain --json | jq '.errors[] | select(.exit == 3).name'

NAME is an execution's Error, as the console, windlass rotate and windlass history show it. Its Cause says
where and what; docs/operations.md says how to read one. It asks nobody and needs no credentials.

${exitCodesHelp({ ok: 'explained, or listed', usage: 'usage; no halt has this name' })}`;

/** `windlass explain`: what an execution's error means, what the halt leaves behind, and what to do. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('what a halt means, what it leaves behind and what to do; all of them without a name')
    .argument('[name]', "an execution's Error")
    .option('--json', 'print it as JSON')
    .addHelpText('after', MORE)
    .action(explain);
}

function explain(asked: string | undefined, { json }: { json?: true }): void {
  const name = asked === undefined ? undefined : demandKnown(asked);
  const paint = paintFor(process.stdout);
  const facts = name ? factsOf(name) : { errors: haltNames.map(factsOf) };
  const text = name ? explanation(name, paint) : list(paint);
  process.stdout.write(json ? jsonOf(facts) : text);
}

function demandKnown(asked: string): HaltName {
  const name = haltNameOf(asked);
  if (name) return name;
  const near = closest(asked, haltNames);
  throw new WindlassError(
    'InvalidInput',
    `no halt is named ${shown(asked)}${near ? `; did you mean ${near}?` : ''} (windlass explain lists all)`,
  );
}

const factsOf = (name: HaltName) => ({
  name,
  inShort: inShort(name),
  retried: retriedInWords(name),
  exit: exit[errorGuide[name].exit],
  situations: errorGuide[name].situations,
});

function explanation(name: HaltName, paint: Paint): string {
  const { situations, exit: ends } = errorGuide[name];
  const rows = situations.flatMap(({ when, leaves, remedy }): [string, string][] => [
    [when ? `${when}, it leaves` : 'it leaves', inPlain(leaves)],
    ['what to do', inPlain(remedy)],
  ]);
  const facts = [...rows, ['tried again', retriedInWords(name)], ['rotate exits with', `${exit[ends]}`]];
  return `${section(name, table([], facts, paint), paint)}\n`;
}

function list(paint: Paint): string {
  const sections = Object.entries(kinds).map(([kind, title]) => {
    const names = haltNames.filter((name) => errorGuide[name].kind === kind);
    const alike = Map.groupBy(names, (name) => errorGuide[name].situations[0]?.leaves ?? '');
    const rows = [...alike].map(([leaves, all]) => [all.join('\n'), inPlain(leaves)]);
    return section(prose(title), table([], rows, paint), paint);
  });
  return `${sections.join('\n\n')}\n`;
}

/**
 * Turns the guide's Markdown into text for a terminal: code without its backticks, and quoted words in
 * quotation marks.
 */
const inPlain = (markdown: string): string =>
  markdown.replace(/`([^`]*)`|\*([^*]*)\*/g, (_, code?: string, said?: string) => code ?? `“${said}”`);
