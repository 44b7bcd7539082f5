import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { type Chance, chanceAt } from '../chance/chance.ts';
import type { WireCall } from '../in-process/wire.ts';
import type { Scenario } from '../organizations/scenario.ts';
import {
  type CallOp,
  outages as everyOutage,
  serviceOf,
  type WireFault,
  wireFaults,
} from '../world/fault-kinds.ts';
import type { CallFaults, InvocationFaults } from './fates.ts';
import { calmed } from './fault-rates.ts';
import { createStopsWhileAsking } from './stopped-while-asking.ts';

/**
 * Returns a schedule that decides each fault by the address of its call. Nothing in `without` happens;
 * in this way a failure is shrunk.
 */
export function createFaultSchedule(scenario: Scenario, without: ReadonlySet<string>) {
  const { seed, faultRates, calm } = scenario;
  const outages = scenario.events.flatMap((event) =>
    event.kind === 'outage'
      ? [{ from: event.at, to: Math.min(event.until, calm), ops: event.ops, scope: event.scope }]
      : [],
  );
  // A distributed Map starts its executions when it can: in a share of the seeds
  // some begin when others are done.
  const startsLate = chanceAt(seed, 'late children').happens(0.15);
  // In a few of the seeds nothing else goes wrong, but the key of a client's new anchor leaks while the call
  // that moves the client is on its way.
  const leaksOnMove = chanceAt(seed, 'leaks on a move').happens(0.04);
  // In a share of the seeds Lambda never runs some Plans, however often they are tried: other functions of
  // the account take up its concurrency.
  const throttlesPlans = chanceAt(seed, 'throttled plans').happens(0.1);
  // In a share of the seeds something stands between the functions and the API, and answers in its place with
  // pages of its own.
  const answersBetween = chanceAt(seed, 'pages in between').happens(0.1);
  const failing = (fault: WireFault, op: CallOp): WireFault =>
    answersBetween && serviceOf[op] === 'api' && (fault === '500' || fault === '503') ? 'page' : fault;
  const stoppedWhileAsking = createStopsWhileAsking(scenario);
  const calmRates = calmed(faultRates);
  const weatherAt = (now: number) => (now < calm && !leaksOnMove ? faultRates : calmRates);
  return {
    /** `now` is in Unix seconds. */
    ofCall(address: string, { op, changes, scope, about }: WireCall, now: number): CallFaults {
      const chance = chanceAt(seed, address);
      const { fault, slow, crash, kill, pace, meanwhile, ambush } = weatherAt(now);
      const delays = { out: pace * chance.between(5, 120), back: pace * chance.between(5, 60) };
      const struck: CallFaults = { arrives: true, ...delays };
      const down = outages.some(
        (one) =>
          one.from <= now &&
          now < one.to &&
          one.ops.includes(op) &&
          (one.scope === undefined || one.scope === scope),
      );
      if (down) return { ...struck, arrives: false, fault: failing('503', op) };
      const [dice, detail] = [chance.next(), chance.next()];
      if (without.has(address)) return struck;
      const stoppedThere = stoppedWhileAsking(address, now);
      if (stoppedThere) return { ...struck, ...stoppedThere };
      if (dice < fault) {
        const { fault: how, ...others } = broken(chance, detail, changes);
        return { ...struck, ...others, ...(how && { fault: failing(how, op) }) };
      }
      if (dice < fault + slow)
        return { ...struck, [detail < 0.5 ? 'out' : 'back']: 1000 * chance.between(1, 240) };
      if (dice < fault + slow + crash)
        return { ...struck, crash: detail < 0.4 ? 'crash-before' : detail < 0.9 ? 'crash-after' : 'hang' };
      if (dice < fault + slow + crash + kill) return { ...struck, kill: true };
      if (changes && MUTATIONS.has(op) && chance.happens(meanwhile))
        return {
          ...struck,
          // Long enough for an emergency to plan.
          out: pace * 1000 * chance.between(1, 20),
          meanwhile: { who: detail < 0.5 ? 'outsider' : 'emergency', chance },
        };
      const isMove = leaksOnMove && now < calm && changes && MOVE.test(`${address} ${about}`);
      const leaked = isMove ? chanceAt(seed, `${address} leaf named`) : null;
      if (leaked?.happens(0.5)) {
        const out = pace * 1000 * leaked.between(60, 240);
        return { ...struck, out, meanwhile: { who: 'leak', chance: leaked } };
      }
      // The successor is named as compromised while the call that cuts the other anchor is on its way.
      const isNamed = op === 'deactivate' && meanwhile > 0;
      const named = isNamed ? chanceAt(seed, `${address} successor named`) : null;
      if (named?.happens(0.25)) {
        const out = pace * 1000 * named.between(5, 60);
        return { ...struck, out, meanwhile: { who: 'emergency', chance: named } };
      }
      if (op === 'deactivate' && chance.happens(ambush)) {
        const ops = chance.pick([[], ...everyOutage]);
        const seconds = chance.between(60, 6 * 3_600);
        const isKeyRefused = chanceAt(seed, `${address} key`).happens(0.2);
        return { ...struck, ambush: { chance, ops, seconds, isKeyRefused } };
      }
      // A run that takes up a stopped cut may meet the ambush that waits for it.
      const stopped = op === 'deactivate' && chanceAt(seed, `${address} stopped`).happens(ambush / 2);
      return stopped ? { ...struck, kill: true } : struck;
    },
    /** From now (Unix seconds) on, lets these calls get no answer for a while. */
    breakDown(ops: readonly string[], now: number, seconds: number): void {
      outages.push({ from: now, to: Math.min(now + seconds, calm), ops, scope: undefined });
    },
    ofInvocation(address: string, now: number): InvocationFaults {
      const chance = chanceAt(seed, address);
      const { unreachable, outsider, ambush } = weatherAt(now);
      const [dice, detail] = [chance.next(), chance.next()];
      if (without.has(address)) return {};
      // Only at the first attempt: an ambush for every attempt would leave nobody to undo the cut.
      if (FIRST_LOOK.test(address) && chance.happens(ambush)) {
        const ops = chance.pick([[], [], [], [], ...everyOutage]);
        const seconds = chance.between(60, 6 * 3_600);
        return { ambush: { chance, ops, seconds, isKeyRefused: chance.happens(0.2) } };
      }
      if (scenario.isRelievedAtACut && FIRST_CONFIRM.test(address) && now < calm) return { relief: true };
      const isUrgent = now < calm && URGENT_LOOK.test(address);
      const rival = isUrgent ? chanceAt(seed, `${address} rival`) : null;
      if (rival?.happens(0.25)) return { rival };
      const [plan] = SOUGHT_PLAN.exec(address) ?? [];
      const isThrottled = throttlesPlans && now < calm && chanceAt(seed, `${plan} throttled`).happens(0.4);
      if (plan && isThrottled) return { unreachable: true };
      if (UNPLANNED.test(address) && now < calm) return { unreachable: true };
      if (dice < unreachable / 2) return { unreachable: true };
      if (dice < unreachable) return { lostAfter: Math.floor(detail * 2000) };
      return dice < unreachable + outsider ? { outsider: chance } : {};
    },
    /**
     * What becomes of one scope's own execution, which somebody may stop, or start twice or
     * late; `now` is in Unix seconds.
     */
    ofChild(address: string, now: number): { twin?: boolean; startsAfter?: number; stoppedAfter?: number } {
      const chance = chanceAt(seed, `${address} child`);
      const { kill, unreachable, pace } = weatherAt(now);
      const [dice, detail] = [chance.next(), chance.next()];
      if (without.has(address)) return {};
      const late = chanceAt(seed, `${address} late`);
      if (scenario.areProjectsBehind && now < calm && !address.endsWith(`/${ORGANIZATION}`))
        return { startsAfter: pace * 1_000 * late.between(60, 240) };
      if (startsLate && late.happens(0.3)) return { startsAfter: 1_000 * late.between(5, 120) };
      if (dice < kill * 2) return { stoppedAfter: Math.floor(1000 * 10 ** (detail * 3)) };
      return dice < kill * 2 + unreachable / 2 ? { twin: true } : {};
    },
    /** Seconds by which the clock of an invocation is off. */
    skewOf: (address: string): number =>
      Math.round((chanceAt(seed, `${address} clock`).next() * 2 - 1) * faultRates.skew),
    jitterOf: (address: string): number => chanceAt(seed, `${address} jitter`).next(),
    /** Seconds until a change of trust reaches a place. */
    delayOf(place: string, change: number): number {
      const most = place === 'listings' ? faultRates.propagation.listings : faultRates.propagation.hosts;
      return Math.round(chanceAt(seed, `${place} ${change}`).next() * most);
    },
  };
}

export type FaultSchedule = ReturnType<typeof createFaultSchedule>;

/** The first attempt to prove a scope, which may have been cut before. */
const FIRST_LOOK = /\/Verify new anchors\/.*#1$/;

/** The first attempt of a rotation to confirm a scope's cut. */
const FIRST_CONFIRM = /\/Confirm\/.*#1$/;

/** The first attempt of an emergency to prove a project, wave by wave or at once. */
const URGENT_LOOK = /^emergency#\d+\/Verify (at once|new anchors)\/(?!organization).*#1$/;

/** Any attempt to plan an emergency, or a run that the one-time schedule starts. */
const SOUGHT_PLAN = /^(emergency|next)#\d+\/Plan\//;

/** Any attempt to plan a run that is never planned. */
const UNPLANNED = /^unplanned#\d+\/Plan\//;

/** The first attempt of a rotation to make a client's leaf current. */
const MOVE = /\/Promote clients\/#1\/secret#\d+ UpdateSecretVersionStage .*AWSCURRENT$/;

/** Calls that change trust, or which client holds which leaf. */
const MUTATIONS: ReadonlySet<CallOp> = new Set(['activate', 'deactivate', 'secret']);

/** The faults of the wire that are drawn. A page stands for some of them. */
const DRAWN = wireFaults.filter((fault) => fault !== 'page');

/** A fault of the wire: on the way there, on the way back, or one for which the client asks again. */
function broken(chance: Chance, detail: number, changes: boolean): Partial<CallFaults> {
  if (changes && detail < 0.2) return { again: chance.between(500, 60_000) };
  return { fault: chance.pick(DRAWN), arrives: detail < 0.6 };
}
