import { causeOf } from '../cause.ts';
import type { Judgement, ScopeVerdict } from '../document.ts';
import { WindlassError } from '../errors.ts';

/** Scopes whose halts a cause tells of: with their causes they stay within the 32,768 characters of an execution's own. */
const MOST_TOLD = 5;
/** Characters of each of those causes; a longer one is told in its operator's part alone. */
const LONGEST_CAUSE = 5_000;

/** How a scope ended that did well: what it says beside its verdict is for others. */
type Ended = { scope: string; verdict: string };

/**
 * How a wave ended, by the verdicts of its scopes: where any halted, under the name of the first that did, with the words of
 * the first few. Throws `InvalidInput` where a scope of the wave has no verdict: then nobody knows what became of it (I9).
 */
export function judgeWave(scopes: readonly string[], verdicts: readonly (Ended | ScopeVerdict)[]): Judgement {
  const heard = new Set(verdicts.map(({ scope }) => scope));
  const unheard = scopes.filter((scope) => !heard.has(scope));
  if (unheard.length > 0)
    throw new WindlassError(
      'InvalidInput',
      `verdicts: there is none of ${unheard.join(', ')}: what became of it is not known. Look into the journal, and start a new run`,
    );
  const halts = verdicts.filter((one): one is ScopeVerdict => one.verdict === 'halted');
  // What an emergency takes over is no halt of this wave's own, and must not hide one that is (I13).
  const first = halts.find(({ error }) => error !== 'Superseded') ?? halts[0];
  if (!first) return { anyHalted: false };
  const told = halts.slice(0, MOST_TOLD).map((one) => ({ ...one, cause: shortened(one.cause) }));
  return { anyHalted: true, halt: { Error: first.error, Cause: JSON.stringify(told) } };
}

const shortened = (cause: string): string =>
  cause.length <= LONGEST_CAUSE ? cause : causeOf(cause).slice(0, LONGEST_CAUSE);
