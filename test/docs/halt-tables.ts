import { errorGuide, type HaltName, haltNames } from '../../lambdas/domain/error-guide.ts';
import { kinds, type Situation } from '../../lambdas/domain/error-situations.ts';

/**
 * The documents with a section that is written from the guide to the errors, and the content of each section.
 */
export const sections: Record<string, () => string> = {
  'docs/operations.md': wholeTable,
  'README.md': shortTable,
};

const START = '<!-- halts: written by `npm run docs:errors` -->';
const END = '<!-- /halts -->';

/** Returns a document with its marked section as it should be. Throws where the marks are missing. */
export function withHalts(document: string, path: string): string {
  const [start, end] = [document.indexOf(START), document.indexOf(END)];
  const table = sections[path];
  if (start < 0 || end < start || !table)
    throw new Error(`${path} has no section between ${START} and ${END}`);
  return `${document.slice(0, start + START.length)}\n\n${table()}\n\n${document.slice(end)}`;
}

/** Every situation once, with all the error names that may end in it. */
function wholeTable(): string {
  const told = new Map<Situation, HaltName[]>();
  for (const name of haltNames)
    for (const situation of errorGuide[name].situations)
      told.set(situation, [...(told.get(situation) ?? []), name]);
  const rows = [...told].map(
    ([{ when, leaves, remedy }, names]) =>
      `| ${quoted(names)}${when ? ` ${when}` : ''} | ${leaves} | ${remedy} |`,
  );
  return ['| error | what it leaves behind | what to do |', '|---|---|---|', ...rows].join('\n');
}

/** Every kind of halt with its names. It tells a person on call whether to get up. */
function shortTable(): string {
  const rows = Object.entries(kinds).map(([kind, inShort]) => {
    const names = haltNames.filter((name) => errorGuide[name].kind === kind);
    return `| ${inShort} | ${quoted(names)} |`;
  });
  return ['| in short | errors |', '|---|---|', ...rows].join('\n');
}

const quoted = (names: readonly HaltName[]): string => names.map((name) => `\`${name}\``).join(', ');
