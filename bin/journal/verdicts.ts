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
  /**
   * `outside`: clients without which the look passed, because they were outside before. `excused`: failures
   * that an emergency excuses. `unwitnessed`: witnesses without an answer in an emergency.
   */
  outside: string[];
  excused: { client: string; error: string }[];
  unwitnessed: string[];
  /** The name and the message of a failure. Null when the look passed. */
  error: string | null;
  cause: string | null;
  /** How often the look had the same result. A failure is retried for minutes. */
  times: number;
  /** For a failure: whether a later look of the same kind passed, so that nobody has to act on it. */
  madeGood: boolean;
  /** The index of the rotation's entry that tells of it. */
  line: number;
};

/**
 * Returns every verdict in the entries of one rotation, in order. A failure that was retried appears once. So
 * do the passed looks at the shards of one scope.
 */
export function verdictsIn(entries: readonly Told[]): Verdict[] {
  const passedAt = lastPasses(entries);
  const isMadeGood = ({ verdict, shard }: Look): boolean =>
    // Times have only seconds: within one second the order is unknown.
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

/**
 * When the last look of each kind passed. The line that sums up all shards counts as one for the whole scope.
 */
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
