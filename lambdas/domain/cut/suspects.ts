import type { LeafFacts } from '../client.ts';
import type { SoakMemory } from '../memory/journal.ts';
import type { ClientCheck, Outside, Plan } from '../plan-document.ts';
import { stricter } from './excuse.ts';

/** A client that may be outside, by the leaf that may be why, and the one before where the plan has seen it. */
export type Suspect = Pick<ClientCheck, 'client' | 'secret' | 'hosts' | 'leaf' | 'chain' | 'excused'> &
  Partial<
    Pick<ClientCheck, 'successor' | 'retiringLeaf' | 'retiringChain'> &
      Pick<Outside, 'previous' | 'previousChain' | 'backTo'> &
      Pick<Plan['promotions'][number], 'changesIdentity'>
  >;

/**
 * Every client that this plan proves, by the leaf it is to run on: also one that an earlier run promoted, and left. With another API key only
 * this run's own promotion has brought it.
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

/** The anchors that the leaf before leads to and this one does not. */
export const onlyBefore = ({ chainsTo }: LeafFacts, before: LeafFacts | null): string[] =>
  (before?.chainsTo ?? []).filter((id) => !chainsTo.includes(id));

/**
 * The soaks in favour of what a suspect's leaf before leads to: whoever moves to that from anything else has yet to soak with it (rule 5). A plan of
 * an older version does not say what that is: it may be anything but the successor that the new leaf proves (I9).
 */
export const soaksBegunAnew = (
  { backTo, successor: proven }: Suspect,
  soaks: readonly SoakMemory[],
): SoakMemory[] =>
  soaks.filter(({ successor }) => (backTo ? backTo.includes(successor) : successor !== proven));
