import { ORGANIZATION } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import { compromiseOf, isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';

/**
 * Warns where clients of a compromised anchor have staged leaves of the very CA that has issued their running
 * leaf. The root's key may have leaked alone, so this is no reason to wait (I16). If the CA's own key leaked,
 * the cut does not keep its holder out, and only a person knows which it was (I15).
 */
export const sameIssuerTold = (rotating: readonly Succession[], facts: PlanningFacts): string[] =>
  rotating
    .filter(({ retiring }) => isCompromised(retiring.anchorId, facts))
    .flatMap((one) => {
      // Looked up in a set, since there are thousands of clients and of scopes.
      const scopes = new Set(one.scopes);
      const shared = (facts.clients ?? [])
        .filter(({ project }) => scopes.has(project) || scopes.has(ORGANIZATION))
        .flatMap((client) => sharedCas(client, one, facts).map((ca) => ({ ...ca, name: client.name })));
      return [...Map.groupBy(shared, ({ keyDigest }) => keyDigest)].map(([digest, all]) => {
        const names = firstFew([...new Set(all.map(({ name }) => name))], 20).join(', ');
        const { subject = 'without a name' } = all[0] ?? {};
        return `what is staged for ${names} is issued by the same CA (${subject}; SHA-256 of its key ${digest}) as the leaf that is left: if that CA's key leaked, the cut of ${one.retiring.anchorId} does not keep it out. Then start an emergency with --ca and that CA's certificate, and stage leaves of another CA`;
      });
    });

/**
 * Returns the CAs below the retiring anchor in the chain that a client runs on, that also stand below the
 * successor in its staged chain.
 */
function sharedCas(
  { running, staged }: ClientFacts,
  { retiring, successor }: Succession,
  facts: PlanningFacts,
): LeafFacts['carries'] {
  const below = (held: ClientFacts['running'], anchorId: string): LeafFacts['carries'] =>
    (leafIn(held)?.carries ?? []).filter(({ vouchedBy }) => vouchedBy.includes(anchorId));
  const left = new Set(below(running, retiring.anchorId).map(({ keyDigest }) => keyDigest));
  const named = compromiseOf(facts).keys;
  return below(staged, successor.anchorId).filter(
    ({ keyDigest }) => left.has(keyDigest) && !named.has(keyDigest),
  );
}
