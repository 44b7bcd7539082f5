import { inShards } from '../../domain/cut/shards.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { Shard } from '../../domain/plan-document.ts';
import { aroundTheCut } from '../../domain/planning/reach.ts';
import { type KeptBefore, withoutWitnesses } from '../../domain/witnesses/looked-at-again.ts';
import { judgedElsewhere } from '../table/judged-elsewhere.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { type Looking, lookOnceReached } from './look-once-reached.ts';

/**
 * Looks once more at shards that could not tell whether the cut had reached the hosts, however long they waited, now that the others have seen that it has. Looks at all
 * of them together, and once: a witness of one that gets in hides no client of another that is refused (I10). Returns how many calls were made.
 */
export async function lookAtUntold(
  { verdicts, ...wires }: Looking & { verdicts: Pick<Verdicts, 'cutAmong'> },
  { execution, plan }: Pick<ScopeDocument, 'execution' | 'plan'>,
  { untold, keptBefore }: { untold: readonly Shard[]; keptBefore: KeptBefore },
): Promise<number> {
  if (untold.length === 0) return 0;
  const elsewhere = await judgedElsewhere(verdicts, { execution, plan });
  const around = inShards(withoutWitnesses(aroundTheCut(plan), elsewhere), untold);
  return (await lookOnceReached(wires, around, keptBefore)).probes;
}
