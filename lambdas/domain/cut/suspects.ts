import type { SoakMemory } from '../memory/journal.ts';
import type { ClientCheck, Outside, Plan } from '../plan-document.ts';
import { isSamePair } from '../succession/resume.ts';
import { stricter } from './excuse.ts';

/** A client that may be outside, by the leaf that may be why, and the one before where the plan has seen it. */
export type Suspect = Pick<ClientCheck, 'client' | 'secret' | 'leaf' | 'chain' | 'excused'> &
  Partial<
    Pick<ClientCheck, 'successor' | 'retiringLeaf' | 'retiringChain'> &
      Pick<Outside, 'previous' | 'previousChain'>
  >;

/** Every client that this plan proves, by the leaf it is to run on: also one that an earlier run promoted, and left. */
export function provenClients({ waves }: Plan): ClientCheck[] {
  const checks = waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.checks));
  const kept = new Map<string, ClientCheck>();
  for (const { excused, ...check } of checks) {
    const key = `${check.client} ${check.leaf} ${check.chain}`;
    const before = kept.get(key);
    kept.set(key, { ...check, ...stricter(excused, before ? before.excused : excused) });
  }
  return [...kept.values()];
}

/**
 * The soaks of what was to retire for a suspect's successor in favour of another: its leaf may be the one before, and who moves to that
 * from anything else has yet to soak with it (rule 5).
 */
export const soaksBeside = (
  { successor = '' }: Suspect,
  successions: Plan['successions'],
  soaks: readonly SoakMemory[],
): SoakMemory[] =>
  soaks.filter(
    (soak) =>
      soak.successor !== successor && successions.some((one) => isSamePair(one, { ...soak, successor })),
  );
