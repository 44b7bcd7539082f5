import { describe, expect, it } from 'vitest';
import { documents, sources, textOf } from './documents.ts';

const DESIGN = 'docs/design.md';
const DEFINITION = /^- \*\*([FI]\d+|Rule \d)\b/gm;

/**
 * Codes of the design that no code implements yet, and that nothing cites. When you build one, take it off
 * this list.
 */
const notBuilt: string[] = [];

const defined = [...textOf(DESIGN).matchAll(DEFINITION)].map(([, code = '']) => code.toLowerCase());

/** Returns the codes in a text: F8, I2, rule 3, and each rule of "rules 1 and 2" or "rules 1 to 3". */
function codesIn(text: string): string[] {
  const single = [...text.matchAll(/\b[FI]\d+\b|\brule \d+\b/gi)].map(([code]) => code.toLowerCase());
  const several = [...text.matchAll(/\brules (\d+)\W+(and|to)\W+(\d+)\b/gi)].flatMap(([, from, word, to]) => {
    const [first, last] = [Number(from), Number(to)];
    const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    return (word === 'to' ? all : [first, last]).map((rule) => `rule ${rule}`);
  });
  return [...single, ...several];
}

/** Returns the codes with the files that cite them. A definition does not count as a citation. */
function citedIn(files: readonly string[]): Map<string, string[]> {
  const cited = new Map<string, string[]>();
  for (const file of files)
    for (const code of new Set(codesIn(textOf(file).replaceAll(DEFINITION, ''))))
      cited.set(code, [...(cited.get(code) ?? []), file]);
  return cited;
}

describe('the codes of the design', () => {
  it('are each defined once, and numbered without a gap', () => {
    const numbered = (word: string, count: number) => Array.from({ length: count }, (_, i) => word + (i + 1));
    expect(defined).toEqual([...numbered('f', 19), ...numbered('i', 19), ...numbered('rule ', 6)]);
  });

  it('are the only ones that anything cites', () => {
    const unknown = [...citedIn([...sources, ...documents])].filter(([code]) => !defined.includes(code));
    expect(unknown).toEqual([]);
  });

  it('are each cited outside the design, but for those that are not built yet', () => {
    const cited = citedIn([...sources, ...documents.filter((file) => file !== DESIGN)]);
    const exempt = notBuilt.map((code) => code.toLowerCase());
    expect(defined.filter((code) => !cited.has(code) && !exempt.includes(code))).toEqual([]);
  });

  it('are built once code cites them: then they leave this list, and their "Not built yet." is looked at', () => {
    const cited = citedIn(sources);
    expect(notBuilt.filter((code) => cited.has(code.toLowerCase()))).toEqual([]);
  });

  it.each(notBuilt)('%s says in the design that it is not built yet', (code) => {
    const items = textOf(DESIGN).split(/^- (?=\*\*)|^#/m);
    expect(items.find((item) => item.startsWith(`**${code} `))).toMatch(/not built yet/i);
  });
});
