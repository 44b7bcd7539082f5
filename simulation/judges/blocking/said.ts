import type { Blocked } from '../../../lambdas/domain/plan-document/blocked.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { isFailure } from '../../log/is-failure.ts';
import { compromisedSince, type JudgeContext, type Watch } from '../watch.ts';
import { idOf, isOfNobodyIn, isShortened, REMEMBERED } from './blocked-keys.ts';
import { type Urgency, urgenciesOf } from './urgency.ts';

/** What has been told about something blocked; not sure where a run was stopped while it told it. */
type Told = Urgency & { isSure: boolean };
/** What a run has planned, and what somebody had been told by then and before the run looked. */
type Seen = {
  planned: Plan;
  urgencyOf: ReadonlyMap<string, Urgency>;
  isShortened: boolean;
  /** What was compromised when the run looked. */
  known: readonly string[];
  /** The run could not list some project, or read some certificate. */
  isPartial: boolean;
  toldThen: ReadonlyMap<string, Told>;
  toldBefore: ReadonlyMap<string, Told>;
};

/**
 * Judges I13: what is newly blocked, or nearer to its date by a step, ends a run red once. Nothing ends a run
 * red again after it has been said.
 */
export function createSaidWatch(context: JudgeContext): Watch {
  const { replay } = context;
  const plans = new Map<string, Seen>();
  const told = new Map<string, Told>();
  /**
   * What had been told when an execution's plan began. The run cannot know what another run says after that.
   */
  const toldBefore = new Map<string, ReadonlyMap<string, Told>>();
  /** Executions that an emergency took over from: they end green, and say nothing about what they planned. */
  const superseded = new Set<string>();
  /** Executions whose Release has begun. One that is stopped there may or may not have told somebody. */
  const released = new Set<string>();
  /**
   * Of those, the executions that have not ended, with what their plan saw. They are about to end red for it,
   * and have written that down already.
   */
  const telling = new Map<string, Seen>();
  /**
   * Plans that could not list some project, or read some certificate. What they did not
   * see blocked may still be blocked.
   */
  const partial = new Set<number>();

  function planned({ at, execution, invocation, result, heard }: LoggedEvent & { what: 'returned' }): void {
    const plan = result as Plan;
    if (plan.decision === 'busy') return;
    const urgencyOf = urgenciesOf(plan.blocked, { at, execution }, context);
    const toldThen = new Map(told);
    if (heard)
      plans.set(execution, {
        ...{ planned: plan, urgencyOf, toldThen, isShortened: plan.blocked.some(isShortened) },
        known: compromisedSince(replay, replay.state.invocations.get(invocation)?.at ?? at),
        isPartial: partial.has(invocation),
        toldBefore: toldBefore.get(execution) ?? new Map(),
      });
    // A plan makes the table forget entries that are over. An emergency looks only at what it names.
    if (plan.mode === 'emergency' || partial.has(invocation)) return;
    // An entry about a part still stands while the whole anchor is blocked.
    const shortened = new Set(plan.blocked.filter(isShortened).map(({ anchor }) => anchor));
    const isStill = (key: string): boolean => {
      const [anchor = ''] = key.split(' ');
      if (isOfNobodyIn(key)) return urgencyOf.has(key);
      const isWhole = ['', ' unseen'].some((told) => urgencyOf.has(`${anchor} everywhere${told}`));
      // A list that an execution carries has only the number of its last items.
      return isWhole || shortened.has(anchor) || urgencyOf.has(key);
    };
    for (const [key, one] of told) {
      if (isStill(key)) continue;
      // A plan that nobody waited for, or whose run was ended meanwhile, may have lost the lease and
      // removed nothing from the table.
      if (heard && replay.state.running.has(execution)) told.delete(key);
      else told.set(key, { ...one, isSure: false });
    }
  }

  function ended({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const seen = plans.get(execution);
    telling.delete(execution);
    if (!seen || superseded.has(execution)) return [];
    if (error === null)
      return silentIn(seen, told, [...telling.values()]).map((what) => ({
        kind: 'silent',
        at,
        what: `${execution} ended well, though ${what}`,
      }));
    if (error !== 'Blocked') {
      if (released.has(execution))
        for (const [key, one] of seen.urgencyOf) told.set(key, { ...one, isSure: false });
      return [];
    }
    const isRepeated = saysNothingNew(seen, told, context);
    // Only the last that told is remembered: what another has told since this one looked is known no more.
    for (const [key, one] of told) {
      const before = seen.toldBefore.get(key);
      const isKnown = before?.isSure === true && before.most >= one.most;
      if (!isKnown) told.set(key, { ...one, isSure: false });
    }
    for (const [key, one] of seen.urgencyOf) told.set(key, { ...one, isSure: true });
    return isRepeated
      ? [
          {
            kind: 'repeated',
            at,
            what: `${execution} ended red for what had been said, and is no nearer to its date`,
          },
        ]
      : [];
  }

  /** A plan that fails later has still forgotten what was over when it looked. */
  function forgotten({ call: { about = '', action } }: LoggedEvent & { what: 'called' }): void {
    if (action !== 'dynamodb:DeleteItem' || !about.startsWith(REMEMBERED)) return;
    const id = about.slice(REMEMBERED.length);
    for (const [key, one] of told) if (idOf(key) === id) told.set(key, { ...one, isSure: false });
  }

  return (event) => {
    if (event.what === 'ended') return ended(event);
    if (event.what === 'called') forgotten(event);
    if (event.what === 'invoked' && event.step === 'plan') toldBefore.set(event.execution, new Map(told));
    if (
      event.what === 'fault' &&
      ['list', 'retrieve'].includes(event.call?.op ?? '') &&
      isFailure(event.fault)
    )
      partial.add(event.invocation);
    // A call that nobody waits for any more finds the lease free once its own run has released it.
    // That run was not taken over from.
    if (event.what === 'failed' && event.error === 'Superseded' && !released.has(event.execution))
      superseded.add(event.execution);
    const { plan, halt } = Object(event.what === 'invoked' ? event.input : null);
    if (event.what === 'invoked' && event.step === 'release' && plan && !halt) {
      released.add(event.execution);
      const seen = plans.get(event.execution);
      if (seen) telling.set(event.execution, seen);
    }
    if (event.what === 'returned' && replay.state.invocations.get(event.invocation)?.step === 'plan')
      planned(event);
    return [];
  };
}

function silentIn(
  { urgencyOf, toldThen }: Seen,
  told: ReadonlyMap<string, Told>,
  others: readonly Seen[],
): string[] {
  return [...urgencyOf].flatMap(([key, { least }]) => {
    if (others.some((one) => (one.urgencyOf.get(key)?.most ?? -1) >= least)) return [];
    // A run that came in between may have found that it is over. Then this run was right
    // to say nothing when it planned.
    const known = told.get(key) ?? toldThen.get(key);
    if (!known) return [`${key} is blocked, which nobody had been told`];
    return known.isSure && least > known.most ? [`${key} is blocked and nearer to its date`] : [];
  });
}

/** Matches what is said about an id that was named, until it is known that no anchor has it. */
const NAMED_IN_VAIN = /was named in an emergency, and there is no such anchor/;

/**
 * Matches what is said about an anchor that vouches for a compromised key, or whose own
 * key nobody could read (I9, I15).
 */
const LETS_IN = /has signed a certificate for a compromised key|it may have a compromised key/;

/** Matches what is said once about what has leaked, since nobody gets in by it (I13). */
const SAID_ONCE = /^mutual TLS is off in | gets? in nowhere[.:]/;

/**
 * Whether a plan says nothing new. A compromise is said every day, and so is an anchor that vouches for it or
 * may have its key. A person who asked for an emergency hears what became of it (I15).
 */
function saysNothingNew(
  { planned, urgencyOf, isShortened, isPartial, toldBefore, known: then }: Seen,
  told: ReadonlyMap<string, Told>,
  { replay, rules }: JudgeContext,
): boolean {
  const known = [...then, ...replay.state.compromised.keys()];
  const concerns = ({ anchor, reason }: Blocked) =>
    (!SAID_ONCE.test(reason) && known.some((one) => rules.sameKey(one, anchor))) ||
    (known.length > 0 && LETS_IN.test(reason)) ||
    // Nobody could ask whether the anchor exists, so its id is still remembered.
    (isPartial && NAMED_IN_VAIN.test(reason));
  if (isShortened || planned.mode === 'emergency' || planned.blocked.some(concerns)) return false;
  const isKnown = (one: Told | undefined, most: number) => one?.isSure === true && most <= one.least;
  return [...urgencyOf].every(([key, { most }]) =>
    [told, toldBefore].every((by) => isKnown(by.get(key), most)),
  );
}
