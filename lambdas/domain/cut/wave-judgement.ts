import { shortened } from '../cause.ts';
import type { Judgement, ScopeVerdict } from '../document.ts';

/** Scopes whose halts a cause tells of: with their causes they stay within the 32,768 characters of an execution's own. */
const MOST_TOLD = 5;

/** How a scope ended that did well: what it says beside its verdict is for others. */
type Ended = { scope: string; verdict: string; provenAt?: string | undefined };

/**
 * How a wave ended, by the verdicts of its scopes: where any halted, under the name of the first that did, with the words of
 * the first few. A scope without a verdict has halted: nobody knows what became of it (I9).
 */
export function judgeWave(scopes: readonly string[], verdicts: readonly (Ended | ScopeVerdict)[]): Judgement {
  const heard = new Map(verdicts.map((one) => [one.scope, one]));
  const ended = scopes.map((scope) => heard.get(scope) ?? lost(scope));
  const halts = ended.filter((one): one is ScopeVerdict => one.verdict === 'halted');
  // What an emergency takes over is no halt of this wave's own, and must not hide one that is (I13). What a scope says of
  // itself says more than that it says nothing.
  const first =
    halts.find(({ error }) => error !== 'Superseded' && error !== 'ScopeLost') ??
    halts.find(({ error }) => error !== 'Superseded') ??
    halts[0];
  if (!first) return { anyHalted: false, scopes: scopes.length, ...provenLast(ended) };
  const others = halts.filter((one) => one !== first);
  const told = [first, ...others].slice(0, MOST_TOLD).map((one) => ({ ...one, cause: shortened(one.cause) }));
  return {
    anyHalted: true,
    halt: { Error: first.error, Cause: JSON.stringify(told) },
    scopes: scopes.length,
  };
}

const lost = (scope: string): ScopeVerdict => ({
  scope,
  verdict: 'halted',
  error: 'ScopeLost',
  cause: 'it left no verdict: what became of it is not known. The journal has what it did',
});

/** When the last of a wave's scopes was proven; nothing where none says so. */
function provenLast(ended: readonly (Ended | ScopeVerdict)[]): Pick<Judgement, 'provenAt'> {
  const last = ended
    .flatMap(({ provenAt }) => provenAt ?? [])
    .toSorted()
    .at(-1);
  return last === undefined ? {} : { provenAt: last };
}
