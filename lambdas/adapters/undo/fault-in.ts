import { isEachShardHeard, turnedAwayIn } from '../../domain/cut/turned-away.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import { atFault, seenDoing, turnedAwayBeside } from '../../domain/overlap/at-fault.ts';
import { passingOver } from '../../domain/overlap/outside-beforehand.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { outsideKnown } from './outside-known.ts';

type Ports = Parameters<typeof outsideKnown>[0] & { verdicts: Pick<Verdicts, 'provenIn'> };
type Halted = Parameters<typeof outsideKnown>[1] &
  Pick<ScopeDocument, 'execution' | 'plan' | 'activation' | 'verification' | 'deactivation'> & {
    halt: { Error: string };
  };

/** Whether a witness has got in after a cut: before it, what is to be cut may have kept the witness out. */
export const isWidenedAfterCut = ({ halt, deactivation }: Pick<Halted, 'halt' | 'deactivation'>): boolean =>
  halt.Error === 'TrustWidened' && deactivation !== undefined;

/**
 * The successors at `fault`, where an overlap has halted. Where a witness gets in, also those `turning` clients away beside it, and whom, as the looks in the overlap have
 * left it in the table, and those after a cut in the trail. Null for any. `seen` are those of whom somebody has seen it, or may have.
 */
export async function faultIn(
  ports: Ports,
  halted: Halted,
  { lines, shards = [] }: { lines: readonly JournalEntry[]; shards: ScopePlan['shards'] },
): Promise<Fault> {
  const { execution, activation, verification, halt } = halted;
  // Where it was looked at shard by shard, or for the second time, that is there as well: it says that one has halted, or that another look had to follow.
  const isOverlapOver = verification && !verification.anyHalted && !verification.settleSeconds;
  if (!activation || isOverlapOver) {
    return isWidenedAfterCut(halted) ? faultAfterCut({ ...halted.plan, shards }, lines) : NOBODY_SAYS;
  }
  const { plan } = passingOver(halted.plan, await outsideKnown(ports, halted));
  const parts = await ports.verdicts.provenIn({ execution, phase: 'overlap', scope: plan.scope });
  const fault = atFault(plan, parts, halt.Error);
  const seen = seenDoing(plan, parts);
  if (halt.Error !== 'TrustWidened') return { fault, turning: fault, turnedAway: [], seen: fault ?? seen };
  const beside = turnedAwayBeside(plan, parts);
  const turnedAway = beside.turnedAway.map(({ client, successor }) => ({ client, by: [successor] }));
  return { fault, turning: beside.isAll ? refusersIn(turnedAway) : null, turnedAway, seen };
}

/**
 * After a cut the trail tells whom each shard has seen refused. Where one has left no word there any successor may have turned somebody away (I9): it is suspected, unless
 * a witness is about it, which may have got in by that one.
 */
function faultAfterCut(plan: ScopePlan, lines: readonly JournalEntry[]): Fault {
  const turnedAway = turnedAwayIn(plan, lines);
  const turning = refusersIn(turnedAway);
  if (isEachShardHeard(plan, lines)) return { ...NOBODY_SAYS, turning, turnedAway };
  const judged = (plan.witnesses ?? []).map(({ successor }) => successor);
  return { ...NOBODY_SAYS, turnedAway, seen: new Set([...turning, ...judged]) };
}

/** What was to let them in. */
const refusersIn = (turnedAway: Fault['turnedAway']): ReadonlySet<string> =>
  new Set(turnedAway.flatMap(({ by }) => by));

type Fault = {
  fault: ReadonlySet<string> | null;
  turning: ReadonlySet<string> | null;
  turnedAway: readonly { client: string; by: readonly string[] }[];
  seen: ReadonlySet<string> | null;
};

const NOBODY_SAYS: Fault = { fault: null, turning: null, turnedAway: [], seen: null };
