import type { Told } from './journal-detail.ts';

/** What one look at a scope proved, or why it proved nothing. */
export type Verdict = {
  at: string;
  what: 'verified' | 'confirmed';
  /** When Verify looked: in the overlap, right before the cut, or after an undo. */
  moment: string | null;
  scope: string | null;
  evidence: string;
  probes: number;
  /** Clients whose old leaf was seen refused. */
  refused: string[];
  /** Clients without which the look is a pass, since they were outside before; what an emergency excuses; and witnesses that say nothing there. */
  outside: string[];
  excused: { client: string; error: string }[];
  unwitnessed: string[];
  /** The name and the words of a failure; null where the look was a pass. */
  error: string | null;
  cause: string | null;
  /** How often it came to the same, a failure being tried again for minutes. */
  times: number;
  /** Of a failure, whether a later look of the same kind has passed: nobody has to look at it. */
  madeGood: boolean;
  /** Which of the rotation's entries tells of it. */
  line: number;
};

/**
 * Every verdict in some entries of one rotation, in their order; a failure that was tried again is told once, and so is what the
 * shards of one scope have passed.
 */
export function verdictsIn(entries: readonly Told[]): Verdict[] {
  const passedAt = lastPasses(entries);
  const isMadeGood = ({ verdict, shard }: Look): boolean =>
    // Of one second it is not known which came first.
    [null, shard].some((of) => (passedAt.get(kindOf(verdict, of)) ?? '') >= verdict.at);
  const groups = Map.groupBy(entries.flatMap(verdictOf), sameness);
  return [...groups.values()].flatMap((group) => {
    const [first, ...again] = group.map(({ verdict }) => verdict);
    if (!first) return [];
    if (first.error !== null)
      return [{ ...first, times: 1 + again.length, madeGood: group.every(isMadeGood) }];
    const all = [first, ...again];
    const probes = all.reduce((sum, one) => sum + one.probes, 0);
    const named = (key: 'refused' | 'outside' | 'unwitnessed') => [
      ...new Set(all.flatMap((one) => one[key])),
    ];
    const names = {
      refused: named('refused'),
      outside: named('outside'),
      unwitnessed: named('unwitnessed'),
    };
    const excused = new Map(all.flatMap((one) => one.excused).map((one) => [JSON.stringify(one), one]));
    return [{ ...first, probes, ...names, excused: [...excused.values()] }];
  });
}

type Look = { verdict: Verdict; shard: number | null };

const sameness = ({ verdict: { what, moment, scope, error, cause, line }, shard }: Look): string =>
  JSON.stringify(
    error !== null ? [what, moment, scope, error, cause] : shard !== null ? [what, moment, scope] : line,
  );

/** When the last look of each kind passed. The line that sums up all shards is one of the whole scope. */
const lastPasses = (entries: readonly Told[]): ReadonlyMap<string, string> =>
  new Map(
    entries.flatMap(({ at, event, scope = null, told }): [string, string][] =>
      (event === 'verified' || event === 'confirmed') && told.error === null
        ? [[kindOf({ what: event, moment: told.moment, scope }, told.shard?.at ?? null), at]]
        : [],
    ),
  );

const kindOf = ({ what, moment, scope }: Pick<Verdict, 'what' | 'moment' | 'scope'>, shard: number | null) =>
  JSON.stringify([what, moment, scope, shard]);

function verdictOf({ at, event, scope, line, told }: Told): Look[] {
  if ((event !== 'verified' && event !== 'confirmed') || told.shards !== null) return [];
  const { moment, evidence, probes, refused, outside, excused, unwitnessed, error, cause, shard } = told;
  const seen = { moment, evidence, probes, refused, outside, excused, unwitnessed, error, cause };
  const verdict = { at, what: event, scope: scope ?? null, ...seen, times: 1, madeGood: false, line };
  return [{ verdict, shard: shard?.at ?? null }];
}
