import { activeSetOf, ORGANIZATION, type Scope } from '../anchor.ts';
import { type ShutOut, shutOutIn } from '../blocked/shut-out.ts';
import { type ClientFacts, leadsTo } from '../client.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { lineageOf } from './lineage.ts';
import { type Choice, chooseSuccessor } from './successor.ts';

type Facts = PlanningFacts & { clients: readonly ClientFacts[] };

/**
 * These successions, and those in which nothing is left to cut: whoever is outside by what has leaked is moved to the successor, where that is active for him
 * and he has a leaf of it staged. Somebody has made both so, be it after a cut by hand or once a client was left behind. Nothing is activated for it: the
 * leaked anchor is not active there, and may never have been (I4).
 */
export function withThoseOutside(pairs: readonly Succession[], facts: Facts): Succession[] {
  const byAnchor = Map.groupBy(shutOutIn(facts), ({ leaked }) => leaked);
  const among = new Set(pairs.map(({ retiring }) => retiring.anchorId));
  const more = [...byAnchor.keys()].filter((id) => !among.has(id));
  return [
    ...pairs.map((one) => {
      const scopes = scopesOf(byAnchor.get(one.retiring.anchorId) ?? [], one, facts);
      return scopes.length > 0 ? { ...one, scopes: [...new Set([...one.scopes, ...scopes])] } : one;
    }),
    ...more.flatMap((id) => alone(id, byAnchor.get(id) ?? [], facts)),
  ];
}

/** The succession of an anchor that is active in none of its scopes; none where nobody can be moved. */
function alone(leaked: string, those: readonly ShutOut[], facts: Facts): Succession[] {
  const { anchors } = indexAnchors(facts.inventory);
  const retiring = anchors.get(leaked);
  const choice: Choice | undefined = retiring && chooseSuccessor(retiring, [...anchors.values()], facts);
  if (!retiring || !choice || 'reason' in choice) return [];
  const scopes = scopesOf(those, choice, facts);
  const authority = lineageOf(retiring.name)?.authority ?? null;
  return scopes.length > 0 ? [{ authority, retiring, ...choice, scopes }] : [];
}

/** Where they get in by the successor once they are moved: the organization where their project has not activated it itself. */
function scopesOf(
  those: readonly ShutOut[],
  { successor: { anchorId } }: Pick<Succession, 'successor'>,
  { inventory }: Facts,
): Scope[] {
  const ready = those.filter(({ client }) => leadsTo(client.staged, anchorId));
  const scopes = ready.flatMap(
    ({ client }) =>
      [client.project, ORGANIZATION].find((scope) => activeSetOf(inventory, scope).has(anchorId)) ?? [],
  );
  return [...new Set(scopes)];
}
