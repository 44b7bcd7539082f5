import { isEachShardHeard, turnedAwayIn } from '../../domain/cut/turned-away.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import { atFault, seenDoing, turnedAwayBeside } from '../../domain/overlap/at-fault.ts';
import { passingOver } from '../../domain/overlap/outside-beforehand.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { outsideKnown } from './outside-known.ts';

type Ports = Parameters<typeof outsideKnown>[0] & { verdicts: Pick<Verdicts, 'provenIn'> };
type Halted = Parameters<typeof outsideKnown>[1] &
  Pick<ScopeDocument, 'execution' | 'plan' | 'activation' | 'verification' | 'deactivation'> & {
    halt: { Error: string };
  };

/**
 * Whether a witness got in after a cut. Before the cut, the anchor to be cut may have kept the witness out.
 */
export const isWidenedAfterCut = ({ halt, deactivation }: Pick<Halted, 'halt' | 'deactivation'>): boolean =>
  halt.Error === 'TrustWidened' && deactivation !== undefined;

/**
 * Returns which successors are to blame for a halt:
 * - `fault`: those that may have halted the overlap;
 * - `turning`: those that turned clients away, also beside a witness that got in, and `turnedAway`, those
 *   clients;
 * - `seen`: those that a look has seen do wrong, or may have; the others are only suspected.
 *
 * Null stands for any successor. The looks in the overlap leave this in the table, those after a cut in the
 * trail.
 */
export async function faultIn(
  ports: Ports,
  halted: Halted,
  { lines, shards = [] }: { lines: readonly JournalEntry[]; shards: ScopePlan['shards'] },
): Promise<Fault> {
  const { execution, activation, verification, halt } = halted;
  // If the overlap was looked at in shards, or for the second time, `verification` is set as well. It then
  // says that a shard halted, or that another look had to follow.
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
 * After a cut the trail tells which clients each shard has seen refused. If a shard has left no word, any
 * successor may have turned a client away (I9). Such a successor is only suspected, unless it has a witness,
 * which may have got in by it.
 */
function faultAfterCut(plan: ScopePlan, lines: readonly JournalEntry[]): Fault {
  const turnedAway = turnedAwayIn(plan, lines);
  const turning = refusersIn(turnedAway);
  if (isEachShardHeard(plan, lines)) return { ...NOBODY_SAYS, turning, turnedAway };
  const judged = (plan.witnesses ?? []).map(({ successor }) => successor);
  return { ...NOBODY_SAYS, turnedAway, seen: new Set([...turning, ...judged]) };
}

/** Returns the successors that were to let these clients in. */
const refusersIn = (turnedAway: Fault['turnedAway']): ReadonlySet<string> =>
  new Set(turnedAway.flatMap(({ by }) => by));

type Fault = {
  fault: ReadonlySet<string> | null;
  turning: ReadonlySet<string> | null;
  turnedAway: readonly { client: string; by: readonly string[] }[];
  seen: ReadonlySet<string> | null;
};

const NOBODY_SAYS: Fault = { fault: null, turning: null, turnedAway: [], seen: null };
