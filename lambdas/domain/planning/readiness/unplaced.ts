import type { ClientFacts } from '../../leaf/client-facts.ts';
import { authoritiesIn, statedAuthority } from '../../succession/authorities.ts';
import { lineageOf, linesOf } from '../../succession/lineage.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../facts.ts';

/**
 * Returns why a client's running leaf leads to no anchor that is known; null where it does. The client may
 * still work: what cannot be placed is never "not concerned" (I9).
 */
export function unplaced({ running }: ClientFacts): string | null {
  if (running === null) return null;
  if ('unknown' in running) return running.unknown;
  if (running.chainsTo.length > 0) return null;
  return running.problems[0] ?? 'its running leaf leads to no anchor that is uploaded';
}

/**
 * Whether a client whose leaf nobody can place may belong to a succession, by what is known of its authority
 * (rule 3). What the client was last seen to run on counts beside what the configuration states, which may be
 * out of date. An authority that no anchor has by now says nothing: it was mistyped, or its anchors were
 * renamed. The anchors of this pair, or those that the client was last seen on, may have been renamed as well
 * (I9).
 */
export function mayBelongTo(
  client: ClientFacts,
  succession: Succession,
  { inventory }: Pick<PlanningFacts, 'inventory'>,
): boolean {
  const known = authoritiesOf(client);
  if (known.length === 0 || succession.authority === null) return true;
  const { lastAnchors = [] } = client;
  const pair = [succession.retiring, succession.successor];
  const line = linesOf(succession);
  const uploaded = authoritiesIn(inventory);
  const { anchors } = indexAnchors(inventory);
  const namesNow = lastAnchors.map((id) => lineageOf(anchors.get(id)?.name ?? null)?.authority);
  return (
    lastAnchors.some((id) => pair.some(({ anchorId }) => anchorId === id)) ||
    namesNow.some((one) => one !== undefined && line.has(one)) ||
    known.some((one) => line.has(one) || !uploaded.has(one))
  );
}

const authoritiesOf = ({ authority, lastAuthorities = [] }: ClientFacts): readonly string[] =>
  authority === undefined ? lastAuthorities : [...lastAuthorities, statedAuthority(authority)];
