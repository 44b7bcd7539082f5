import { engineDifferences } from '../deploy-local/known-differences.ts';
import type { Seen } from './seen.ts';

/** What one engine said and the other did not, a line each; the known differences are what the second is expected to say. */
export function differencesOf(interpreter: Seen, moto: Seen): string[] {
  return (Object.keys(interpreter) as (keyof Seen)[]).flatMap((where) => {
    const expected = interpreter[where].map(asMotoSays).sort();
    const said = moto[where].toSorted();
    return [
      ...without(expected, said).map((line) => `${where}: only by the interpreter: ${line}`),
      ...without(said, expected).map((line) => `${where}: only by moto: ${line}`),
    ];
  });
}

const asMotoSays = (line: string): string =>
  engineDifferences.reduce((said, { says }) => says?.(said) ?? said, line);

/** The lines that are in one list and not in the other, as often as they are. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
