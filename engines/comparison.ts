import { engineDifferences } from '../deploy-local/known-differences.ts';
import type { Seen } from './seen.ts';

/**
 * What one engine has and the other has not, one line each. The known differences are applied to the
 * interpreter's lines first.
 */
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

/**
 * The lines of one list that are missing from the other. A line that occurs several times has to occur as
 * often in the other.
 */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
