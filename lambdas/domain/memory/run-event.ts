import type { Blocked } from '../plan-document/blocked.ts';
import type { CarriedPlan } from '../plan-document/carried-plan.ts';

/** The source of every event of ours, by which rules and permissions recognize it. */
export const EVENT_SOURCE = 'windlass';

/** The events of a run on the account's event bus, by their `detail-type`. */
export const detailTypes = {
  started: 'Windlass Run Started',
  ended: 'Windlass Run Ended',
  halted: 'Windlass Run Halted',
  blocked: 'Windlass Run Blocked',
} as const;

export type RunEventKind = keyof typeof detailTypes;

/**
 * An event's detail in version 1: fields are only added. It names at most {@link MOST_NAMED} of everything,
 * and holds ids, names, times, counts and words only (I14).
 */
export type RunEventDetail = {
  version: 1;
  /** ARN of the execution. */
  execution: string;
  startedAt: string;
  at: string;
  /** What was decided, where the run has only started; else how it ended. */
  outcome: string;
  mode?: string;
  /** One line for a person. */
  summary: string;
  /** The name of the error and its cause, where the run halted. */
  error?: string;
  cause?: string;
  successions: { retiring: string; successor: string }[];
  successionCount: number;
  scopeCount: number;
  blocked: { anchor: string; reason: string; scopes: string[]; client?: string }[];
  blockedCount: number;
  /**
   * When the next run is to come: as planned, where the run has only started; else as it was set. Null where
   * only the sweep comes.
   */
  nextRotationAt: string | null;
};

export type RunEvent = { kind: RunEventKind; detail: RunEventDetail };

type About = { execution: { id: string; startedAt: string }; at: string };

/** How many of everything an event names, and how many scopes of each blocked cut. */
const MOST_NAMED = 20;
/** The most characters of one name. */
const LONGEST_NAME = 200;

/** The event of a run that has the lease and has decided what it will do. */
export const startedEvent = (about: About, plan: CarriedPlan): RunEvent => ({
  kind: 'started',
  detail: { ...common(about, plan), outcome: plan.decision, summary: plan.summary },
});

/**
 * The event of a run that is over: `halted` where it halted, `blocked` where it ends red for what is blocked
 * (I13), else `ended`.
 */
export function endedEvent(about: About, { outcome, plan, halt, nextRotationAt }: Ended): RunEvent {
  const detail = { ...common(about, plan), outcome, nextRotationAt };
  if (outcome === 'halted' && halt) {
    const { Error: error, Cause: cause } = halt;
    return { kind: 'halted', detail: { ...detail, summary: cause, error: named(error), cause } };
  }
  const summary = plan?.summary ?? outcome;
  // A run that an emergency takes over from ends well, whatever it had found blocked.
  const isRed = outcome !== 'superseded' && plan?.isRed === true;
  return { kind: isRed ? 'blocked' : 'ended', detail: { ...detail, summary } };
}

type Ended = {
  outcome: string;
  plan: CarriedPlan | undefined;
  halt: { Error: string; Cause: string } | undefined;
  /**
   * What the schedule was set to when the run ended. What was planned may be over by then, or may never have
   * been set.
   */
  nextRotationAt: string | null;
};

function common({ execution, at }: About, plan: CarriedPlan | undefined) {
  const { successions = [], blocked = [], waves = [] } = plan ?? {};
  return {
    version: 1 as const,
    execution: execution.id,
    startedAt: execution.startedAt,
    at,
    ...(plan && { mode: plan.mode }),
    successions: successions
      .slice(0, MOST_NAMED)
      .map(({ retiring, successor }) => ({ retiring: named(retiring), successor: named(successor) })),
    successionCount: successions.length,
    // An execution of an older machine carries its scopes itself.
    scopeCount: waves.reduce((sum, wave) => sum + ('count' in wave ? wave.count : wave.scopes.length), 0),
    blocked: blocked.slice(0, MOST_NAMED).map(blockedAs),
    blockedCount: blocked.length,
    nextRotationAt: plan?.nextRotationAt ?? null,
  };
}

const blockedAs = ({ anchor, reason, scopes = [], client }: Blocked) => ({
  anchor: named(anchor),
  reason,
  scopes: scopes.slice(0, MOST_NAMED).map(named),
  ...(client !== undefined && { client: named(client) }),
});

const named = (name: string): string => name.slice(0, LONGEST_NAME);
