import { ORGANIZATION, type Scope } from '../anchor.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import { isCompromised } from './compromise.ts';
import type { PlanningFacts, Succession } from './facts.ts';

type Facts = PlanningFacts & { absent?: readonly ClientFacts[] };

/**
 * Returns the clients that a cut may concern although their project is not listed. It is archived, or
 * misspelt, and then they may get in anywhere by the organization. Without a probe no host says of which
 * project their keys are, so in each project they count as if their keys were of that one (I9). Nothing
 * compromised is kept there for a name that may only be left over (I16, I17).
 */
export function straysAt(
  scope: Scope,
  { retiring }: Pick<Succession, 'retiring'>,
  facts: Facts,
): readonly ClientFacts[] {
  const { absent = [], policy } = facts;
  if (scope === ORGANIZATION) return absent;
  if (policy.evidence !== 'listing' || isCompromised(retiring.anchorId, facts)) return [];
  return absent.map((client) => ({ ...client, project: scope }));
}

/**
 * Returns the names of such clients for a project: before its cut they are looked at like its own. None where
 * something compromised is cut beside.
 */
export function straysOf(cut: readonly Succession[], scope: Scope, facts: Facts): { strays?: string[] } {
  const each = scope === ORGANIZATION ? [] : cut.map((one) => straysAt(scope, one, facts));
  const [names = []] = each.some((clients) => clients.length === 0) ? [] : each;
  return names.length > 0 ? { strays: names.map(({ name }) => name) } : {};
}
