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

/** Every verdict in some entries of one rotation, in their order; a failure that was tried again is told once. */
export function verdictsIn(entries: readonly Told[]): Verdict[] {
  const groups = Map.groupBy(entries.flatMap(verdictOf), sameness);
  return [...groups.values()].flatMap(([first, ...again]) =>
    first ? [{ ...first, times: 1 + again.length }] : [],
  );
}

const sameness = ({ what, moment, scope, error, cause, line }: Verdict): string =>
  JSON.stringify(error === null ? line : [what, moment, scope, error, cause]);

function verdictOf({ at, event, scope, line, told }: Told): Verdict[] {
  if (event !== 'verified' && event !== 'confirmed') return [];
  const { moment, evidence, probes, refused, error, cause } = told;
  const seen = { moment, evidence, probes, refused, error, cause };
  return [{ at, what: event, scope: scope ?? null, ...seen, times: 1, line }];
}
