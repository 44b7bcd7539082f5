import { shortened } from '../cause.ts';
import type { Judgement, ScopeVerdict } from '../document.ts';
import type { ErrorName } from '../errors.ts';
import { HOLDS_ITS_OWN } from '../next-run/time-left.ts';

/**
 * How many halted scopes a cause tells of. With their causes they stay within the 32,768 characters of an
 * execution's own cause.
 */
const MOST_TOLD = 5;

/**
 * Halts that endanger more than their own scope, or that say that this run does not decide any more (rule 4).
 */
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

/**
 * Halts after which a run begins nothing more: another rotation or a person decides, or the plan is not what
 * was deployed.
 */
export const ENDS_THE_RUN: readonly ErrorName[] = [
  'Superseded',
  'Stopped',
  'ConfigurationChanged',
  'ManifestChanged',
];

/** One scope in this many may halt in a wave, and the next wave begins all the same (rule 4). */
const TOLERATED = 20;

/** How a scope ended well. Anything else that its verdict says is for other readers. */
type Ended = { scope: string; verdict: string; provenAt?: string | undefined };

/** How a wave's halts are judged. */
type Leniency = {
  /** A few halts do not stop the next wave (rule 4). */
  tolerant?: boolean | undefined;
  /**
   * Scopes that an earlier phase has held. Their halts were judged there, and say nothing of this wave (I17).
   */
  heldBefore?: ReadonlySet<string>;
  isCanary?: boolean;
  /** Nothing is taken from anybody yet: a scope that halts is not proven, and so neither moved nor cut. */
  isOverlap?: boolean;
};

/**
 * Returns how a wave ended, by the verdicts of its scopes. A wave with a halt has the name of its most
 * telling halt, and the words of the first few. A scope without a verdict counts as halted, since nobody
 * knows what became of it (I9).
 */
export function judgeWave(
  scopes: readonly string[],
  verdicts: readonly (Ended | ScopeVerdict)[],
  { tolerant = false, heldBefore = new Set(), isCanary = false, isOverlap = false }: Leniency = {},
): Judgement {
  const heard = new Map(verdicts.map((one) => [one.scope, one]));
  const ended = scopes.map((scope) => heard.get(scope) ?? lost(scope));
  const all = ended.filter((one): one is ScopeVerdict => one.verdict === 'halted');
  // Halts that stop the next wave are told before those that were held already.
  const own = all.filter(({ scope }) => !heldBefore.has(scope));
  const halts = [...own, ...all.filter((one) => !own.includes(one))];
  const first = mostTelling(own) ?? mostTelling(halts);
  const went = { scopes: scopes.length, ...provenLast(ended) };
  if (!first) return { anyHalted: false, ...went };
  const begun = scopes.filter((scope) => !heldBefore.has(scope));
  // Of several canaries at least one has to show how a cut goes before there are more. Canaries that were
  // held only because nobody answers say nothing of a cut.
  const isUntried =
    isCanary && scopes.length > 1 && begun.length === 0 && all.some(({ error }) => !HOLDS_ITS_OWN.has(error));
  if (tolerant && !isUntried && !stops(own, begun.length, { isCanary, isOverlap }))
    return { anyHalted: false, tolerated: halts.length, ...went };
  // When only a few are told, lost scopes come first, since their clients may be outside.
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
 * Returns the halt that names the wave. A halt by takeover (`Superseded`) is not the wave's own, and must not
 * hide one that is (I13). A halt that ends the run goes before a scope's own halt. A halt with a reason goes
 * before a lost scope, which says nothing.
 */
const mostTelling = (halts: readonly ScopeVerdict[]): ScopeVerdict | undefined =>
  halts.find(({ error }) => error !== 'Superseded' && ENDS_THE_RUN.some((name) => name === error)) ??
  halts.find(({ error }) => error !== 'Superseded' && error !== 'ScopeLost') ??
  halts.find(({ error }) => error !== 'Superseded') ??
  halts[0];

/** Whether the halts of a wave that began so many scopes stop the waves after it (rule 4). */
function stops(
  halts: readonly ScopeVerdict[],
  scopes: number,
  { isCanary, isOverlap }: Required<Pick<Leniency, 'isCanary' | 'isOverlap'>>,
): boolean {
  if (halts.some(({ error, undone }) => undone || STOPPING.has(error))) return true;
  // Clients that do not answer hold only their own scopes, however many these are: what is not proven is
  // neither moved nor cut. In the overlap the same holds for an activation that the API refuses.
  const isOwn = (error: string) => HOLDS_ITS_OWN.has(error) || (isOverlap && error === 'ApiRefused');
  const others = halts.filter(({ error }) => !isOwn(error));
  // By the share alone, one project of a few would keep the organization's overlap shut until everybody there
  // is locked out (I17).
  const tolerated = Math.max(isOverlap && !isCanary ? 1 : 0, Math.floor(scopes / TOLERATED));
  return others.length > tolerated;
}

const lost = (scope: string): ScopeVerdict => ({
  scope,
  verdict: 'halted',
  error: 'ScopeLost',
  cause: 'it left no verdict: what became of it is not known. The journal has what it did',
});

/** Returns when the last of a wave's scopes was proven; nothing where none says so. */
function provenLast(ended: readonly (Ended | ScopeVerdict)[]): Pick<Judgement, 'provenAt'> {
  const last = ended
    .flatMap(({ provenAt }) => provenAt ?? [])
    .toSorted()
    .at(-1);
  return last === undefined ? {} : { provenAt: last };
}
