import type { ScopeDocument } from '../../domain/document.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
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
import { faultIn, isWidenedAfterCut } from './fault-in.ts';
import { shadowing } from './shadowing.ts';
import { trailOnce } from './trail-once.ts';

type Ports = TogglePorts & { secrets: Secrets; manifests: Manifests; verdicts: Pick<Verdicts, 'provenIn'> };
type Halted = Pick<
  ScopeDocument,
  | ('execution' | 'plan' | 'lease' | 'clients')
  | ('begin' | 'activation' | 'verification' | 'promotion' | 'deactivation')
> & { halt: { Error: string } };

/**
 * Deactivates successors again in a scope while something else lets the clients in (F16, I2). They are this
 * run's, or those of an earlier run that ended before it could do so. It does so in these cases:
 * - a witness got in, before any client was promoted or a soak began; also with what turned clients away
 *   beside the witness, or may have;
 * - clients were refused, or a witness got in after the cut, and every leaf of the successor leads to
 *   something else too.
 *
 * `soaked` is what was remembered before this undo: clients that nobody here knows may run on a successor.
 * Safe to run twice.
 */
export async function takeBack(
  ports: Ports,
  handed: Halted,
  soaked: Soaked,
): Promise<{ takenBack: string[]; also: string }> {
  const { certificates, journal, clock } = ports;
  const { halt, activation, promotion } = handed;
  // A filter refused the clients, or the token host did, which does not say why (F17).
  const isRefused = halt.Error === 'SuccessorRefused';
  const isSeenAfterCut = isWidenedAfterCut(handed);
  const isShadow = isRefused || isSeenAfterCut;
  // After a promotion, or after a soak, clients that nobody here knows may run on the successor.
  const isWidened = halt.Error === 'TrustWidened' && activation && !promotion;
  if (!isShadow && !isWidened) return { takenBack: [], also: '' };
  const input = { ...handed, plan: await ports.manifests.share(handed.plan) };
  const { scope } = input.plan;
  const lines = await journal.ofExecution(input.execution);
  // The run writes an activation down before it makes the call.
  const begun = begunIn(lines, { scope, event: 'activating', key: 'activating' });
  const own = new Set([...(activation?.activated ?? []), ...begun]);
  // Reading the trail once is enough: only the holder of the lease changes anything, so no other run writes
  // meanwhile.
  const trail = trailOnce(journal);
  const { fault, turning, turnedAway, seen } = await faultIn({ ...ports, trail }, input, {
    lines,
    shards: handed.plan.shards,
  });
  const activated = [...own, ...(await activatedBefore({ journal, clock, trail })(input.plan, own))];
  const among = (ids: ReadonlySet<string> | null) => activated.filter((id) => ids === null || ids.has(id));
  const letIn = isShadow ? [] : withWitness(input.plan, among(fault));
  // A witness that gets in hides the clients that are refused beside it. After a cut, it may have got in by
  // any renewal.
  const refusing = among(isSeenAfterCut ? null : turning);
  // After a cut, this attempt finishes and reports what an earlier attempt began to take back, whatever the
  // trail says by now.
  const tried = isSeenAfterCut ? begunIn(lines, { scope, event: 'undoing', key: 'takingBack' }) : [];
  const first = askedFirst(input.plan, among(turning && new Set([...turning, ...tried])));
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
    // Unknown clients keep a successor active only if the reason to take it back is a witness alone. Where a
    // known client is outside because of the successor, that client comes first.
    const isUnknown = letIn.some((id) => !shadows.includes(id) && !first.includes(id));
    const unseenIn = isUnknown ? runOnUnseen(soaked, (await trail(clock() - FURTHEST)).lines) : null;
    const unseen = [...(unseenIn?.(input.plan, ids.others) ?? [])].filter((id) => !first.includes(id));
    return new Set([...depended, ...unseen].filter((id) => !shadows.includes(id)));
  };
  // A filter belongs to the anchor, in whichever scope it was seen. When an overlap halts wave by wave, the
  // run itself takes it back in the other scopes.
  const isSeenTo = isWidened === true && input.plan.promotions === undefined;
  // A successor that is taken back on suspicion alone is tried again by the next run, which sees for itself
  // (I9, I17).
  const isDoubted = (id: string) => tried.includes(id) && !shadows.includes(id) && turning?.has(id) === false;
  const suspected = ours.filter((id) => isDoubted(id) || (seen !== null && !seen.has(id)));
  const about = { ours, suspected, lines, unfinished: isSeenTo, reliedOn };
  const { takenBack, left } = await deactivateAgain(ports, input, about);
  // Nobody has to act in another scope for what is only suspected here.
  const known = (isShadow ? ours : letIn).filter((id) => !suspected.includes(id));
  const elsewhere = isRefused || isSeenTo ? [] : elsewhereIn(lines, scope, known);
  return { takenBack, also: beside + describeTakingBack(scope, takenBack, left, elsewhere) };
}

/**
 * Returns those of ours that hosts may ask before the anchors that let clients in until then. Such a
 * successor turns clients away although nothing is cut (F7).
 */
const askedFirst = ({ successions }: ScopePlan, ids: readonly string[]): string[] =>
  ids.filter((id) => successions.some((one) => one.successor === id && one.askedFirst));

const withWitness = ({ witnesses = [] }: ScopePlan, ids: readonly string[]): string[] =>
  ids.filter((id) => witnesses.some(({ successor }) => successor === id));
