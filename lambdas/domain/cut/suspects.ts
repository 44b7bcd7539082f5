import type { LeafFacts } from '../leaf/leaf-facts.ts';
import type { SoakMemory } from '../memory/journal.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { Outside } from '../plan-document/outside.ts';
import type { Plan } from '../plan-document/plan.ts';
import { stricter } from './excuse.ts';

/**
 * A client that may be outside, by the leaf that may be the reason. Its previous leaf is here where the plan
 * has seen one.
 */
export type Suspect = Pick<ClientCheck, 'client' | 'secret' | 'hosts' | 'leaf' | 'chain' | 'excused'> &
  Partial<
    Pick<ClientCheck, 'successor' | 'retiringLeaf' | 'retiringChain'> &
      Pick<Outside, 'previous' | 'previousChain' | 'backTo'> &
      Pick<Plan['promotions'][number], 'changesIdentity'>
  >;

/**
 * Returns every client that this plan proves, by the leaf that it is to run on. An earlier run may have moved
 * it and left it there. `changesIdentity` comes from this run's own promotions only, since nothing else has
 * brought another API key.
 */
export function provenClients({ waves, promotions }: Plan): Suspect[] {
  const changes = new Map(promotions.map(({ client, changesIdentity }) => [client, changesIdentity]));
  const checks = waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.checks));
  const kept = new Map<string, Suspect>();
  for (const { excused, ...check } of checks) {
    const key = `${check.client} ${check.leaf} ${check.chain}`;
    const before = kept.get(key);
    const changesIdentity = changes.get(check.client);
    kept.set(key, {
      ...check,
      ...stricter(excused, before ? before.excused : excused),
      ...(changesIdentity && { changesIdentity }),
    });
  }
  return [...kept.values()];
}

/** Returns the anchors that the previous leaf leads to and this one does not. */
export const onlyBefore = ({ chainsTo }: LeafFacts, before: LeafFacts | null): string[] =>
  (before?.chainsTo ?? []).filter((id) => !chainsTo.includes(id));

/**
 * Returns the soaks that begin anew if a suspect goes back to its previous leaf: those of the successors that
 * this leaf leads to, since it has yet to soak with them (rule 5). A plan of an older version does not say
 * which these are. Then they may be all but the successor that the new leaf proves (I9).
 */
export const soaksBegunAnew = (
  { backTo, successor: proven }: Suspect,
  soaks: readonly SoakMemory[],
): SoakMemory[] =>
  soaks.filter(({ successor }) => (backTo ? backTo.includes(successor) : successor !== proven));
