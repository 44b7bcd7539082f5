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
  /** Whether hosts have had minutes to hear of it since the look before. */
  isSecond: boolean;
  execution: { id: string; startedAt: string };
  plan: ScopePlan;
  shard: Shard | undefined;
  refusals: readonly Refusal[];
  proof: Proof;
  keeping: Omit<Keeping, 'enforcedBeside'>;
};

/** Seconds after which those are looked at again of whom something was excused: a toggle may be on its way to an edge. */
const WAITS = [5, 10];

/** Seconds after which nobody is looked at once more: hosts that do not answer would take the step's whole time. */
const QUICK = 60;

/**
 * Looks at all, and at what halts nobody again for seconds: nothing else will. Before its scope is cut, each client that may
 * be moved is to have its chance.
 */
async function lookPatiently(proof: Proof, { pause, clock }: { pause: Pause; clock: Clock }): Promise<Seen> {
  const began = clock();
  let { probes, excused, failures, enforcedAt } = await lookAtAll(proof);
  for (const seconds of WAITS) {
    const again = new Set(excused.filter(({ error }) => mayPass(error)).map(({ client }) => client));
    // What halts the scope is its answer: no later look at others may stand in its place.
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

/** How the last look at all clients and at all witnesses has ended, and how many calls the looks before it were. */
type Ended = {
  looked: PromiseSettledResult<Seen>;
  kept: PromiseSettledResult<Awaited<ReturnType<typeof lookAtWitnesses>>>;
  before: number;
};

/**
 * Looks at all clients and witnesses. Where each client of a successor could get in by another anchor as well, nothing shows that hosts have heard of it: one that
 * turns clients away, or lets a witness in, does so only from then on (F7, F16), and all are looked at again. An emergency waits for nobody who gets in.
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
 * One look in the overlap. Where it fails, or the look at another shard may, it leaves in the table whom it has proven: they are moved, whatever
 * holds their scope up (I17). Throws the gravest of what it saw, and nothing that could hide that.
 */
export async function lookInOverlap(
  { verdicts, ...patience }: Ports,
  { execution, plan, shard, refusals, ...about }: Look,
): Promise<[Accepted, KeptOut]> {
  const visit = { execution, phase: 'overlap' as const, scope: plan.scope };
  const leave = (word: Omit<ProvenPart, 'scope' | 'of'>) =>
    verdicts.leaveProven(visit, shard ?? { at: 0, of: 1 }, word);
  // The other shards go by this one's end, and it may have none.
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
    // Mutual TLS may be off: then no probe has proven anything. Somebody who has to stay out, and is let in or says nothing, is about one successor,
    // and its clients alone: a filter is that anchor's (F16, I17). Other shards have clients of it, and have not looked: then all are unknown.
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
    // Another name than an earlier look's makes that one's word void.
    await (failure === undefined ? told : told.catch(() => {}));
  }
  if (looked.status === 'rejected' || kept.status === 'rejected' || errors.length > 0) throw failure;
  const { probes, excused } = looked.value;
  const { failures: _, ...keptOut } = kept.value;
  return [{ probes: probes + before, excused, isUnheard }, keptOut];
}

/** Whom a look has seen refused with the leaf in use, which something else had let in until then: the gravest of a scope may hide it (F7, I10). */
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
