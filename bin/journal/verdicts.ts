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
  /** The name and the words of a failure; null where the look was a pass. */
  error: string | null;
  cause: string | null;
  /** How often it came to the same, a failure being tried again for minutes. */
  times: number;
  /** Which of the rotation's entries tells of it. */
  line: number;
};

/**
 * Every verdict in some entries of one rotation, in their order; a failure that was tried again is told once, and so is what the
 * shards of one scope have passed.
 */
export function verdictsIn(entries: readonly Told[]): Verdict[] {
  const groups = Map.groupBy(entries.flatMap(verdictOf), sameness);
  return [...groups.values()].flatMap((group) => {
    const [first, ...again] = group.map(({ verdict }) => verdict);
    if (!first) return [];
    if (first.error !== null) return [{ ...first, times: 1 + again.length }];
    const probes = again.reduce((sum, one) => sum + one.probes, first.probes);
    const refused = [...new Set([first, ...again].flatMap((one) => one.refused))];
    return [{ ...first, probes, refused }];
  });
}

type Look = { verdict: Verdict; isOfShard: boolean };

const sameness = ({ verdict: { what, moment, scope, error, cause, line }, isOfShard }: Look): string =>
  JSON.stringify(
    error !== null ? [what, moment, scope, error, cause] : isOfShard ? [what, moment, scope] : line,
  );

function verdictOf({ at, event, scope, line, told }: Told): Look[] {
  if ((event !== 'verified' && event !== 'confirmed') || told.shards !== null) return [];
  const { moment, evidence, probes, refused, error, cause, shard } = told;
  const seen = { moment, evidence, probes, refused, error, cause };
  const verdict = { at, what: event, scope: scope ?? null, ...seen, times: 1, line };
  return [{ verdict, isOfShard: shard !== null }];
}
