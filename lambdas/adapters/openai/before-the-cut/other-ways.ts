import { type ListedAnchor, otherScope } from '../../../domain/anchor.ts';
import { demandOtherWay, staysIn } from '../../../domain/cut/other-way.ts';
import { withoutLeaving } from '../../../domain/cut/unconfirmed.ts';
import { WindlassError } from '../../../domain/errors.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import type { TogglePorts } from '../toggle.ts';

/**
 * Throws unless every client that keeps its leaf still has another way in (I1). Goes by fresh listings,
 * without anchors that a run we took over from may still cut. Few clients keep their leaf, so few scopes are
 * listed.
 */
export async function demandOtherWays(
  { certificates, journal, clock }: Pick<TogglePorts, 'certificates' | 'journal' | 'clock'>,
  plan: ScopePlan,
  listed: readonly ListedAnchor[],
): Promise<void> {
  const { relies = [] } = plan;
  if (relies.length === 0) return;
  const cuts = await journal.cuts();
  const here = withoutLeaving(plan.scope, listed, cuts, clock());
  const listings = new Map<string, ListedAnchor[]>();
  for (const relied of relies) {
    // The other scope is listed only if this one does not let the client in: a scope that cannot be listed
    // then stops no other client (I17).
    if (staysIn(plan, relied, here, clock())) continue;
    const other = otherScope(plan.scope, relied.project);
    const elsewhere = listings.get(other) ?? (await certificates.list(other).catch(noneIfUnknown));
    listings.set(other, elsewhere);
    demandOtherWay(plan, relied, here, withoutLeaving(other, elsewhere, cuts, clock()), clock());
  }
}

/**
 * A client's project may be misspelt in the configuration. Then no anchor of that project lets the client in.
 */
function noneIfUnknown(error: unknown): ListedAnchor[] {
  if (error instanceof WindlassError && error.name === 'UnknownProject') return [];
  throw error;
}
