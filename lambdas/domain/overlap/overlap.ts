import type { Scope } from '../anchor.ts';
import type { ProvenPart, ScopeVerdict } from '../document.ts';
import { scopePlansOf } from '../manifest.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

/**
 * How the overlap ended: the scopes that halted, the clients that some of them have proven all the same, and
 * the successors by which a witness got in.
 */
export type Overlap = {
  halted: ReadonlySet<Scope>;
  provenThere: ReadonlyMap<Scope, ReadonlySet<string>>;
  widened: ReadonlySet<string>;
  /**
   * Clients that a scope has seen refused, or may have, and all clients of a successor that let nobody in in
   * some wave.
   */
  refused: ReadonlySet<string>;
};

/**
 * Returns how the overlap ended, by what its scopes have left in the table. A scope that had to take a cut
 * back proves nobody. Where a wave has stopped those after it, a scope without a verdict has not been opened.
 */
export function overlapOf(
  plan: Plan,
  verdicts: readonly ScopeVerdict[],
  parts: readonly ProvenPart[],
  { isStopped }: { isStopped: boolean },
): Overlap {
  const byScope = new Map(verdicts.map((one) => [one.scope, one]));
  // An earlier attempt may have marked a scope as held for a client. That scope was proven all the same.
  const isHalted = ({ scope }: ScopePlan): boolean => {
    const verdict = byScope.get(scope);
    return verdict ? verdict.verdict === 'halted' && !verdict.held : isStopped;
  };
  const halted = scopePlansOf(plan).filter(isHalted);
  const provenThere = halted.map(
    (one) => [one.scope, provenIn(one.scope, parts, byScope.get(one.scope))] as const,
  );
  // A filter belongs to the anchor, in whichever scope it was seen. The scope's verdict may be lost since.
  const sawIt = Map.groupBy(
    parts.filter(({ error }) => error === 'TrustWidened'),
    ({ scope }) => scope,
  );
  const widened = halted.flatMap(({ scope, successions }) => {
    const seen = sawIt.get(scope) ?? [];
    const isWidened = seen.length > 0 || byScope.get(scope)?.error === 'TrustWidened';
    // Where a look does not say by which successor, it may be each.
    const isSaid = seen.length > 0 && seen.every((part) => part.widened !== undefined);
    const all = successions.map(({ successor }) => successor);
    return isWidened ? (isSaid ? seen.flatMap((part) => part.widened ?? []) : all) : [];
  });
  const overlap = {
    halted: new Set(halted.map(({ scope }) => scope)),
    provenThere: new Map(provenThere),
    widened: new Set(widened),
  };
  // A witness that gets in hides the clients that the look has seen refused beside it.
  const sawBeside = new Set(
    parts.flatMap(({ scope, turnedAway = [] }) => (turnedAway.length > 0 ? scope : [])),
  );
  const sawRefusal = ({ scope }: ScopePlan) =>
    byScope.get(scope)?.error === 'SuccessorRefused' || sawBeside.has(scope);
  return { ...overlap, refused: refusedIn(plan, overlap, sawRefusal) };
}

/**
 * Returns the clients that nobody moves, since a scope has seen them refused: an earlier proof of another
 * scope is older. Where nobody at all got in with that successor in that wave, its filter may have changed
 * meanwhile. Then it lets in nobody of the waves before either (I8).
 */
function refusedIn(
  plan: Plan,
  { halted, provenThere }: Pick<Overlap, 'halted' | 'provenThere'>,
  sawRefusal: (scope: ScopePlan) => boolean,
): ReadonlySet<string> {
  const got = (one: ScopePlan) =>
    one.checks.filter(({ client }) => !halted.has(one.scope) || provenThere.get(one.scope)?.has(client));
  const all = scopePlansOf(plan).flatMap(({ checks }) => checks);
  const refused = plan.waves.flatMap(({ scopes }) => {
    const lost = scopes
      .filter(sawRefusal)
      .flatMap((one) => one.checks.filter((check) => !got(one).includes(check)));
    const letIn = new Set(scopes.flatMap(got).map(({ successor }) => successor));
    const shut = new Set(lost.flatMap(({ successor }) => (letIn.has(successor) ? [] : [successor])));
    return [...lost, ...all.filter(({ successor }) => shut.has(successor))];
  });
  return new Set(refused.map(({ client }) => client));
}

/**
 * Returns the clients that a scope which halted for others has proven (I17); none where that is not known.
 */
export const provenIn = (...asked: Parameters<typeof provenIfKnown>): ReadonlySet<string> =>
  provenIfKnown(...asked) ?? new Set();

/**
 * Returns the clients that a scope which halted for others has proven; null where that is not known. It is
 * known only where the scope halted by the failure of these looks. Another failure tells of something that
 * they did not see, such as a later look that was cut off (I8). A witness may be in any part, so where
 * nothing is known of one part, the others prove nobody either (F16).
 */
export function provenIfKnown(
  scope: Scope,
  parts: readonly ProvenPart[],
  halt: { error: string; undone?: boolean | undefined } | undefined,
): ReadonlySet<string> | null {
  const own = parts.filter((part) => part.scope === scope);
  const isWhole = own.every(({ of, clients }) => clients !== null && own.length === of);
  const isLast = halt !== undefined && !halt.undone && own.some(({ error }) => error === halt.error);
  return isWhole && isLast ? new Set(own.flatMap(({ clients }) => clients ?? [])) : null;
}

/**
 * Returns the successions that begin their soak everywhere: those that are proven in all their scopes. Leaves
 * out a successor by which a witness got in anywhere, since nobody is moved to it (F16).
 */
export function wholeSuccessions(
  plan: Plan,
  { halted, widened }: Pick<Overlap, 'halted' | 'widened'>,
): Plan['successions'] {
  const partly = new Set(
    scopePlansOf(plan).flatMap(({ scope, successions }) =>
      halted.has(scope) ? successions.map(({ retiring }) => retiring) : [],
    ),
  );
  return plan.successions.filter(
    ({ retiring, successor }) => !partly.has(retiring) && !widened.has(successor),
  );
}

/** The most scopes that a remembered soak may leave out, since an item of the table has 400 KB at most. */
export const MOST_LEFT = 5_000;

/**
 * Returns the successions that soak where they are proven and may be cut, each with the scopes that it leaves
 * out. These soak in a later run. So where another rotation takes this one over, a client that does not
 * answer in one scope begins no soak anew in the others (I11, I17).
 */
export function partlyProven(
  plan: Plan,
  { halted, widened }: Pick<Overlap, 'halted' | 'widened'>,
): { retiring: string; successor: string; except: Scope[] }[] {
  const shares = scopePlansOf(plan).flatMap(({ scope, successions }) =>
    successions.map((one) => ({ ...one, scope, isLeft: halted.has(scope) || one.held === true })),
  );
  const byRetiring = Map.groupBy(shares, ({ retiring }) => retiring);
  return plan.successions.flatMap(({ retiring, successor, resumed }) => {
    const own = byRetiring.get(retiring) ?? [];
    const except = own.flatMap(({ scope, isLeft }) => (isLeft ? [scope] : []));
    const isPartly = own.some(({ scope }) => halted.has(scope)) && except.length < own.length;
    if (except.length > MOST_LEFT) return [];
    return isPartly && !resumed && !widened.has(successor) ? [{ retiring, successor, except }] : [];
  });
}
