import { turnedAwayIn, withTurnedAway } from '../../domain/cut/turned-away.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import { instant } from '../../domain/instant.ts';
import { claimOf } from '../../domain/memory/audit.ts';
import type { BegunMemory } from '../../domain/memory/journal.ts';
import { isSamePair } from '../../domain/succession/resume.ts';
import type { Manifests } from '../aws/manifests.ts';
import type { TogglePorts } from '../openai/toggle.ts';

type Halted = Pick<ScopeDocument, 'execution' | 'plan' | 'lease'> & { halt: { Error: string } };

/**
 * Remembers which leaves were refused after a cut that is put back: made again for the same leaf it would be undone again, after each soak. Only once
 * its clients are in again, since the trail of a long run takes a while to read (I10). Safe to run twice.
 */
export async function rememberTurnedAway(
  { journal, leases, manifests, clock }: TogglePorts & { manifests: Manifests },
  input: Halted,
  back: readonly string[],
): Promise<void> {
  if (input.halt.Error !== 'SuccessorRefused' || back.length === 0) return;
  const plan = await manifests.share(input.plan);
  const refused = turnedAwayIn(plan, await journal.ofExecution(input.execution));
  const begun = await journal.begun();
  const marked = plan.successions
    .filter(({ retiring }) => back.includes(retiring))
    .flatMap(({ retiring, successor }): BegunMemory[] => {
      const now = refused.flatMap(({ successor: by, ...one }) => (by === successor ? [one] : []));
      if (now.length === 0) return [];
      const known = begun.find((one) => isSamePair(one, { retiring, successor }));
      const begunAt = known?.begunAt ?? instant(clock());
      return [{ ...known, retiring, successor, begunAt, refused: withTurnedAway(known?.refused ?? [], now) }];
    });
  if (marked.length === 0) return;
  await leases.demand(claimOf(input));
  await journal.rememberBegun(marked);
}
