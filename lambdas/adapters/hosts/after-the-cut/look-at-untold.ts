import { inShards } from '../../../domain/cut/shards.ts';
import type { ScopeDocument } from '../../../domain/document.ts';
import type { Shard } from '../../../domain/plan-document/shard.ts';
import { aroundTheCut } from '../../../domain/planning/reach.ts';
import { type KeptBefore, withoutWitnesses } from '../../../domain/witnesses/looked-at-again.ts';
import { judgedElsewhere } from '../../table/judged-elsewhere.ts';
import type { Verdicts } from '../../table/verdicts.ts';
import { type Looking, lookOnceReached } from './look-once-reached.ts';

/**
 * Looks once more at shards that could not tell whether the cut had reached the hosts, now that other shards
 * have seen that it has. Looks at all these shards together: a witness that gets in by one must not hide a
 * refused client of another (I10). Returns the number of calls.
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
