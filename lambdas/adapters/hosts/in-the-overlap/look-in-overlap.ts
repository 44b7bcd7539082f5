import type { Clock, Pause } from '../../../clock.ts';
import { type Refusal, refusalError } from '../../../domain/cut/refusals.ts';
import type { ProvenPart } from '../../../domain/document.ts';
import { gravest } from '../../../domain/errors.ts';
import { inTime } from '../../../domain/next-run/time-left.ts';
import { inUseIn } from '../../../domain/overlap/outside-beforehand.ts';
import { provenOf } from '../../../domain/overlap/proven-in-overlap.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import type { Shard } from '../../../domain/plan-document/shard.ts';
import type { Verdicts } from '../../table/verdicts.ts';
import type { Accepted } from '../every-trial.ts';
import type { KeptOut } from '../keep-out.ts';
import type { Seen } from '../prove.ts';
import { type LookUntilHeard, lookUntilHeard } from './look-until-heard.ts';

type Ports = { verdicts: Verdicts; pause: Pause; clock: Clock };
type Look = LookUntilHeard & {
  execution: { id: string; startedAt: string };
  shard: Shard | undefined;
  refusals: readonly Refusal[];
};

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
