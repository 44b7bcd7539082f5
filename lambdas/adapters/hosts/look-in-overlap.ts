import type { Clock, Pause } from '../../clock.ts';
import { type Refusal, refusalError } from '../../domain/cut/refusals.ts';
import { isUrgent } from '../../domain/cut/urgent.ts';
import type { ProvenPart } from '../../domain/document.ts';
import { type ErrorName, gravest, propagationErrors, retryableErrors } from '../../domain/errors.ts';
import { inTime } from '../../domain/next-run/time-left.ts';
import { isShownBy } from '../../domain/overlap/heard.ts';
import { inUseIn } from '../../domain/overlap/outside-beforehand.ts';
import { provenOf } from '../../domain/overlap/proven-in-overlap.ts';
import type { ScopePlan, Shard } from '../../domain/plan-document.ts';
import type { Verdicts } from '../table/verdicts.ts';
import type { Accepted } from './every-trial.ts';
import { type Keeping, type KeptOut, lookAtWitnesses } from './keep-out.ts';
import { onceHeard } from './once-heard.ts';
import { enforcedIn, lookAtAll, type Proof, type Seen } from './prove.ts';

type Ports = { verdicts: Verdicts; pause: Pause; clock: Clock };
type Look = {
  /** Whether this is the second look: hosts have had minutes to hear of the activation since the first. */
  isSecond: boolean;
  execution: { id: string; startedAt: string };
  plan: ScopePlan;
  shard: Shard | undefined;
  refusals: readonly Refusal[];
  proof: Proof;
  keeping: Omit<Keeping, 'enforcedBeside'>;
};

/**
 * Seconds after which excused clients are looked at again: the toggle may still be on its way to an edge of a
 * host.
 */
const WAITS = [5, 10];

/** Seconds after which no client is looked at once more: silent hosts would take the step's whole time. */
const QUICK = 60;

/**
 * Looks at all clients, and for some seconds again at those whose failure halts nobody, because no later step
 * looks at them. Each client that may be moved gets this chance before its scope is cut.
 */
async function lookPatiently(proof: Proof, { pause, clock }: { pause: Pause; clock: Clock }): Promise<Seen> {
  const began = clock();
  let { probes, excused, failures, enforcedAt } = await lookAtAll(proof);
  for (const seconds of WAITS) {
    const again = new Set(excused.filter(({ error }) => mayPass(error)).map(({ client }) => client));
    // A failure that halts the scope is the answer: a later look at other clients must not replace it.
    if (failures.length > 0 || again.size === 0 || clock() - began > QUICK) break;
    await pause(seconds);
    const checks = proof.checks.filter(({ client }) => again.has(client));
    const seen = await lookAtAll({ ...proof, checks });
    probes += seen.probes;
    failures = seen.failures;
    enforcedAt = new Set([...enforcedAt, ...seen.enforcedAt]);
    excused = [...excused.filter(({ client }) => !again.has(client)), ...seen.excused];
  }
  return { probes, excused, failures, enforcedAt };
}

const mayPass = (name: ErrorName): boolean =>
  retryableErrors.includes(name) || propagationErrors.includes(name);

/** How the last look at all clients and witnesses ended, and the number of calls of the looks before it. */
type Ended = {
  looked: PromiseSettledResult<Seen>;
  kept: PromiseSettledResult<Awaited<ReturnType<typeof lookAtWitnesses>>>;
  before: number;
};

/**
 * Looks at all clients and witnesses. If each client of a successor could also get in by another anchor,
 * nothing shows that hosts have heard of the successor. A successor that turns clients away, or lets a
 * witness in, would do so only from then on (F7, F16), so all are looked at again. An emergency does not wait
 * for clients that get in.
 */
async function lookUntilHeard(
  patience: { pause: Pause; clock: Clock },
  { plan, proof, keeping, isSecond }: Pick<Look, 'plan' | 'proof' | 'keeping' | 'isSecond'>,
): Promise<Ended & { isUnheard: boolean }> {
  const began = patience.clock();
  const look = async (before: number): Promise<Ended> => {
    const looking = lookPatiently(proof, patience);
    const [looked, kept] = await Promise.allSettled([
      looking,
      lookAtWitnesses({ ...keeping, enforcedBeside: enforcedIn(looking) }),
    ]);
    return { looked, kept, before };
  };
  const isHeard = isShownBy(plan, [...proof.checks, ...keeping.witnesses], proof.hosts);
  const isUnheard = !isHeard && !isUrgent(plan) && proof.hosts.length > 0;
  let ended = await look(0);
  if (isUnheard && !isSecond && isWell(ended))
    await onceHeard(patience, began, async () => {
      ended = await look(callsOf(ended));
      return isWell(ended);
    });
  return { ...ended, isUnheard };
}

const isWell = ({ looked, kept }: Ended): boolean =>
  [looked, kept].every((one) => one.status === 'fulfilled' && one.value.failures.length === 0);

const callsOf = ({ looked, kept, before }: Ended): number =>
  [looked, kept].reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.probes : 0), before);

/**
 * Takes one look in the overlap. If it fails, or the look at another shard may fail, it stores in the table
 * which clients it has proven: they are moved, whatever halts their scope (I17). Throws the gravest failure,
 * and nothing that could hide it.
 */
export async function lookInOverlap(
  { verdicts, ...patience }: Ports,
  { execution, plan, shard, refusals, ...about }: Look,
): Promise<[Accepted, KeptOut]> {
  const visit = { execution, phase: 'overlap' as const, scope: plan.scope };
  const leave = (word: Omit<ProvenPart, 'scope' | 'of'>) =>
    verdicts.leaveProven(visit, shard ?? { at: 0, of: 1 }, word);
  // Stored before the look: the other shards go by how this one ended, and it may never come to an end.
  if (shard) await leave({ clients: null, error: null });
  const { looked, kept, before, isUnheard } = await lookUntilHeard(patience, { plan, ...about });
  const refused = refusals.map(({ anchor }) => anchor);
  const errors = [looked, kept].flatMap((one) =>
    one.status === 'fulfilled' ? one.value.failures.map(({ error }) => error) : [one.reason],
  );
  errors.push(...refusals.map(refusalError));
  const letIn = kept.status === 'fulfilled' ? kept.value.failures : [];
  const failure = inTime(gravest(errors), plan, 'overlap', patience.clock());
  if (shard || errors.length > 0) {
    // If mutual TLS is off, no probe has proven anything. A witness that is let in, or says nothing, concerns
    // only the clients of its own successor, because a filter belongs to one anchor (F16, I17). With shards,
    // other shards also have clients of that successor and have not looked at this witness. Then it is
    // unknown which clients are proven.
    const isOff = errors.some((error) => nameOf(error) === 'NotEnforced');
    const isKept = kept.status === 'fulfilled' && (letIn.length === 0 || !shard);
    const isKnown = looked.status === 'fulfilled' && isKept && !isOff;
    const unproven = [...refused, ...letIn.map(({ successor }) => successor)];
    const widened = letIn.flatMap(({ successor, error }) =>
      nameOf(error) === 'TrustWidened' ? successor : [],
    );
    const told = leave({
      clients: isKnown ? provenOf(plan, { ...looked.value, refused: unproven }) : null,
      error: failure === undefined ? null : nameOf(failure),
      ...(widened.length > 0 && { widened: [...new Set(widened)] }),
      ...(looked.status === 'fulfilled' && { turnedAway: turnedAwayIn(plan, looked.value) }),
      ...(refused.length > 0 && { refused }),
    });
    // If this write fails, the look's own failure is thrown. What an earlier look stored is void then,
    // because it has another error's name.
    await (failure === undefined ? told : told.catch(() => {}));
  }
  if (looked.status === 'rejected' || kept.status === 'rejected' || errors.length > 0) throw failure;
  const { probes, excused } = looked.value;
  const { failures: _, ...keptOut } = kept.value;
  return [{ probes: probes + before, excused, isUnheard }, keptOut];
}

/**
 * Returns the clients that a look has seen refused with a leaf in use, which something else let in until
 * then. The gravest failure of a scope may hide them (F7, I10).
 */
function turnedAwayIn(plan: ScopePlan, { failures }: Seen): NonNullable<ProvenPart['turnedAway']> {
  const inUse = new Set(inUseIn(plan));
  const refused = failures.filter(
    ({ check, error }) => inUse.has(check) && nameOf(error) === 'SuccessorRefused',
  );
  return [...new Set(refused.map(({ check }) => check))].map(({ client, successor }) => ({
    client,
    successor,
  }));
}

const nameOf = (error: unknown): string => Object(error).name;
