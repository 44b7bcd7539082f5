import { shortened } from '../cause.ts';
import type { Judgement, ScopeVerdict } from '../document.ts';
import type { ErrorName } from '../errors.ts';
import { HOLDS_ITS_OWN } from '../next-run/time-left.ts';

/** Scopes whose halts a cause tells of: with their causes they stay within the 32,768 characters of an execution's own. */
const MOST_TOLD = 5;

/** A halt by one of these endangers more than its own scope, or says that nobody here decides any more (rule 4). */
const STOPPING: ReadonlySet<string> = new Set<ErrorName>([
  ...([
    'SuccessorRefused',
    'ToggleNotVisible',
    'NotEnforced',
    'RetiringStillAccepted',
    'TrustWidened',
  ] as const),
  ...(['ConfigurationChanged', 'ScopeLost', 'Stopped', 'Superseded'] as const),
]);

/** After these nothing is begun any more in a run: another rotation or a person decides, or the plan is not what was deployed. */
export const ENDS_THE_RUN: readonly ErrorName[] = [
  'Superseded',
  'Stopped',
  'ConfigurationChanged',
  'ManifestChanged',
];

/** One scope in so many may halt of a wave, and the next begins all the same (rule 4). */
const TOLERATED = 20;

/** How a scope ended that did well: what it says beside its verdict is for others. */
type Ended = { scope: string; verdict: string; provenAt?: string | undefined };

/** How a wave's halts are taken. */
type Leniency = {
  /** A few that halt are none of the next wave's business (rule 4). */
  tolerant?: boolean | undefined;
  /** Scopes that an earlier phase has held: what halted there was judged there, and says nothing of this wave (I17). */
  heldBefore?: ReadonlySet<string>;
  isCanary?: boolean;
  /** Nothing is taken from anybody yet: what halts is not proven, and so neither moved nor cut. */
  isOverlap?: boolean;
};

/**
 * How a wave ended, by the verdicts of its scopes: where any halted, under the name of the first that did, with the words of
 * the first few. A scope without a verdict has halted: nobody knows what became of it (I9).
 */
export function judgeWave(
  scopes: readonly string[],
  verdicts: readonly (Ended | ScopeVerdict)[],
  { tolerant = false, heldBefore = new Set(), isCanary = false, isOverlap = false }: Leniency = {},
): Judgement {
  const heard = new Map(verdicts.map((one) => [one.scope, one]));
  const ended = scopes.map((scope) => heard.get(scope) ?? lost(scope));
  const all = ended.filter((one): one is ScopeVerdict => one.verdict === 'halted');
  // What stops the next wave is told before what was held already.
  const own = all.filter(({ scope }) => !heldBefore.has(scope));
  const halts = [...own, ...all.filter((one) => !own.includes(one))];
  const first = mostTelling(own) ?? mostTelling(halts);
  const went = { scopes: scopes.length, ...provenLast(ended) };
  if (!first) return { anyHalted: false, ...went };
  const begun = scopes.filter((scope) => !heldBefore.has(scope));
  // Of several canaries one at least has to show how a cut goes before there are more. That nobody answers there says nothing of a cut.
  const isUntried =
    isCanary && scopes.length > 1 && begun.length === 0 && all.some(({ error }) => !HOLDS_ITS_OWN.has(error));
  if (tolerant && !isUntried && !stops(own, begun.length, { isCanary, isOverlap }))
    return { anyHalted: false, tolerated: halts.length, ...went };
  // Of what is told of a few, what nobody knows comes before what has a name: its clients may be outside.
  const isLost = ({ error }: ScopeVerdict): number => Number(error === 'ScopeLost');
  const others = halts.filter((one) => one !== first).toSorted((a, b) => isLost(b) - isLost(a));
  const told = [first, ...others].slice(0, MOST_TOLD).map(({ scope, verdict, error, cause }) => ({
    ...{ scope, verdict, error, cause: shortened(cause) },
  }));
  return {
    anyHalted: true,
    halt: { Error: first.error, Cause: JSON.stringify(told) },
    ...went,
  };
}

/**
 * What an emergency takes over is no halt of this wave's own, and must not hide one that is (I13). What ends the run is hidden by no
 * scope's own affair. What a scope says of itself says more than that it says nothing.
 */
const mostTelling = (halts: readonly ScopeVerdict[]): ScopeVerdict | undefined =>
  halts.find(({ error }) => error !== 'Superseded' && ENDS_THE_RUN.some((name) => name === error)) ??
  halts.find(({ error }) => error !== 'Superseded' && error !== 'ScopeLost') ??
  halts.find(({ error }) => error !== 'Superseded') ??
  halts[0];

/** Rule 4: whether what halted in a wave that began so many scopes keeps the waves after it from beginning. */
function stops(
  halts: readonly ScopeVerdict[],
  scopes: number,
  { isCanary, isOverlap }: Required<Pick<Leniency, 'isCanary' | 'isOverlap'>>,
): boolean {
  if (halts.some(({ error, undone }) => undone || STOPPING.has(error))) return true;
  // Clients that do not answer hold their own scopes, however many there are: what is not proven is neither moved nor cut. In the overlap
  // the same holds for an activation that the API refuses.
  const isOwn = (error: string) => HOLDS_ITS_OWN.has(error) || (isOverlap && error === 'ApiRefused');
  const others = halts.filter(({ error }) => !isOwn(error));
  // By the share alone, one project of a few would keep the organization's overlap shut until everybody there is locked out (I17).
  const tolerated = Math.max(isOverlap && !isCanary ? 1 : 0, Math.floor(scopes / TOLERATED));
  return others.length > tolerated;
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
