import { isEachShardHeard, turnedAwayIn } from '../../domain/cut/turned-away.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import { atFault, seenDoing, turnedAwayBeside } from '../../domain/overlap/at-fault.ts';
import { passingOver } from '../../domain/overlap/outside-beforehand.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import { runOnUnseen, type Soaked } from '../../domain/witnesses/run-on-unseen.ts';
import { describeTakingBack, describeTurnedAway } from '../../domain/witnesses/taking-back.ts';
import type { Manifests } from '../aws/manifests.ts';
import type { TogglePorts } from '../openai/toggle.ts';
import { type Around, dependedOn } from '../secrets/depended-on.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { activatedBefore, FURTHEST } from './activated-before.ts';
import { begunIn, elsewhereIn } from './begun-in.ts';
import { deactivateAgain } from './deactivate-again.ts';
import { outsideKnown } from './outside-known.ts';
import { shadowing } from './shadowing.ts';
import { type TrailOnce, trailOnce } from './trail-once.ts';

type Ports = TogglePorts & { secrets: Secrets; manifests: Manifests; verdicts: Pick<Verdicts, 'provenIn'> };
type Halted = Pick<
  ScopeDocument,
  | ('execution' | 'plan' | 'lease' | 'clients')
  | ('begin' | 'activation' | 'verification' | 'promotion' | 'deactivation')
> & { halt: { Error: string } };

/**
 * Deactivates the successors again that this run has activated in a scope, or an earlier one that ended before it could, while something
 * else lets the clients in (F16, I2): where a witness got in and nobody has come to depend on them, before anybody was promoted or a soak began; with it
 * what has turned clients away beside the witness, or may have; and at any
 * time where whoever leads to it leads to something else as well, be it that clients are refused, or that a witness got in after the
 * cut. `soaked` is what was remembered before this undo: somebody may run on a successor whom nobody here knows.
 * Safe to run twice.
 */
export async function takeBack(
  ports: Ports,
  handed: Halted,
  soaked: Soaked,
): Promise<{ takenBack: string[]; also: string }> {
  const { certificates, journal, clock } = ports;
  const { halt, activation, promotion, deactivation } = handed;
  // A filter's doing, or the token host's, which does not say why (F17).
  const isRefused = halt.Error === 'SuccessorRefused';
  // Before the cut, what is to be cut may have kept the witness out.
  const isSeenAfterCut = halt.Error === 'TrustWidened' && deactivation !== undefined;
  const isShadow = isRefused || isSeenAfterCut;
  // Where clients have been promoted, or a soak is over, somebody may run on it whom nobody here knows.
  const isWidened = halt.Error === 'TrustWidened' && activation && !promotion;
  if (!isShadow && !isWidened) return { takenBack: [], also: '' };
  const input = { ...handed, plan: await ports.manifests.share(handed.plan) };
  const { scope } = input.plan;
  const lines = await journal.ofExecution(input.execution);
  // It writes down what it is about to do before it does it.
  const begun = begunIn(lines, { scope, event: 'activating', key: 'activating' });
  const own = new Set([...(activation?.activated ?? []), ...begun]);
  // Whoever changes anything holds the lease, so that no other run writes meanwhile.
  const trail = trailOnce(journal);
  const { fault, turning, turnedAway, seen } = await faultIn({ ...ports, trail }, input, {
    lines,
    shards: handed.plan.shards,
  });
  const activated = [...own, ...(await activatedBefore({ journal, clock, trail })(input.plan, own))];
  const among = (ids: ReadonlySet<string> | null) => activated.filter((id) => ids === null || ids.has(id));
  const letIn = isShadow ? [] : withWitness(input.plan, among(fault));
  // A witness that gets in hides who is refused beside it.
  const refusing = among(isShadow ? fault : turning);
  // What an earlier attempt has begun to take back this one ends, and tells, whatever the trail says by now.
  const tried = begunIn(lines, { scope, event: 'undoing', key: 'takingBack' });
  const doubted = turning && new Set([...turning, ...tried]);
  const first = askedFirst(input.plan, isSeenAfterCut ? among(doubted) : refusing);
  const shadows = await shadowing(certificates, input.plan, refusing, {
    now: clock(),
    known: [...letIn, ...first],
  });
  const ours = [...new Set([...letIn, ...shadows, ...first])];
  const beside = describeTurnedAway(turnedAway);
  if (ours.length === 0) return { takenBack: [], also: beside };
  const isFree = ours.every((id) => shadows.includes(id));
  const reliedOn = async (ids: Around) => {
    if (isFree) return new Set<string>();
    const everybody = input.clients ? await ports.manifests.clients(input.clients) : [];
    const depended = await dependedOn(ports, { plan: input.plan, everybody }, ids);
    // Whom nobody here knows goes before nobody: a client that we do know is outside.
    const isUnknown = letIn.some((id) => !shadows.includes(id) && !first.includes(id));
    const unseenIn = isUnknown ? runOnUnseen(soaked, (await trail(clock() - FURTHEST)).lines) : null;
    const unseen = [...(unseenIn?.(input.plan, ids.others) ?? [])].filter((id) => !first.includes(id));
    return new Set([...depended, ...unseen].filter((id) => !shadows.includes(id)));
  };
  // A filter is the anchor's, in whichever scope it was seen. Where an overlap halts wave by wave, the run itself goes on to the other scopes.
  const isSeenTo = isWidened === true && input.plan.promotions === undefined;
  // What is taken back on suspicion alone the next run tries again, and sees (I9, I17).
  const isDoubted = (id: string) =>
    isSeenAfterCut && first.includes(id) && !shadows.includes(id) && turning?.has(id) === false;
  const suspected = ours.filter((id) => isDoubted(id) || (seen !== null && !seen.has(id)));
  const about = { ours, suspected, lines, unfinished: isSeenTo, reliedOn };
  const { takenBack, left } = await deactivateAgain(ports, input, about);
  // Nobody is to see to another scope for what is only suspected here.
  const known = (isShadow ? ours : letIn).filter((id) => !suspected.includes(id));
  const elsewhere = isRefused || isSeenTo ? [] : elsewhereIn(lines, scope, known);
  return { takenBack, also: beside + describeTakingBack(scope, takenBack, left, elsewhere) };
}

/**
 * The successors at `fault`, where an overlap has halted. Where a witness gets in, also those `turning` clients away beside it, and whom, as the looks in the overlap have
 * left it in the table, and those after a cut in the trail. Null for any. `seen` are those of whom somebody has seen it, or may have.
 */
async function faultIn(
  ports: Ports & { trail: TrailOnce },
  halted: Halted,
  { lines, shards = [] }: { lines: readonly JournalEntry[]; shards: ScopePlan['shards'] },
): Promise<Fault> {
  const { execution, activation, verification, deactivation, halt } = halted;
  // Where it was looked at shard by shard, that is there as well, and says that one has halted.
  if (!activation || (verification && !verification.anyHalted)) {
    const isSeenAfterCut = halt.Error === 'TrustWidened' && deactivation !== undefined;
    return isSeenAfterCut ? faultAfterCut({ ...halted.plan, shards }, lines) : NOBODY_SAYS;
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

/** Those of ours that hosts may ask before what let clients in until then: one of these turns them away though nothing is cut (F7). */
const askedFirst = ({ successions }: ScopePlan, ids: readonly string[]): string[] =>
  ids.filter((id) => successions.some((one) => one.successor === id && one.askedFirst));

const withWitness = ({ witnesses = [] }: ScopePlan, ids: readonly string[]): string[] =>
  ids.filter((id) => witnesses.some(({ successor }) => successor === id));
