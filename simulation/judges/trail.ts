import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { Shard } from '../../lambdas/domain/plan-document/shard.ts';
import type { steps as stepNames } from '../../lib/steps.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { JudgeContext } from './watch.ts';

type Line = Pick<JournalEntry, 'execution' | 'event' | 'scope' | 'detail'>;
type Lines = ReadonlyMap<string, readonly Line[]>;

/**
 * Judges the audit trail: it has every change of ours with its before and after, and every run with
 * its plan, verdicts and outcome.
 */
export function judgeTrail(eventLog: EventLog, context: JudgeContext): Finding[] {
  const all = eventLog.flatMap((h) => (h.what === 'recorded' ? [h.entry] : []));
  const lines: Lines = Map.groupBy(all, ({ execution }) => execution);
  return eventLog.flatMap((event): Finding[] => {
    const missing = missingOf(event, lines, context);
    return missing.map((what) => ({ kind: 'journal', at: event.at, what }));
  });
}

function missingOf(event: LoggedEvent, lines: Lines, context: JudgeContext): string[] {
  if (event.what === 'trust') return changeMissing(event, lines);
  if (event.what === 'returned') return returnMissing(event, lines, context);
  return event.what === 'recorded' ? incomplete(event.entry) : [];
}

/** What is missing of a change: its execution names each anchor for the scope. */
function changeMissing({ by, scope, active, anchorIds }: LoggedEvent & { what: 'trust' }, lines: Lines) {
  if (typeof by !== 'object') return [];
  const about = (lines.get(by.execution) ?? []).filter((line) => line.scope === scope);
  const untold = anchorIds.filter(
    (id) => !about.some(({ detail }) => JSON.stringify(detail).includes(`"${id}"`)),
  );
  const verb = active ? 'activating' : 'deactivating';
  return untold.length === 0
    ? []
    : [`${by.execution} recorded nothing of ${verb} ${untold.join(' ')} in ${scope}`];
}

/**
 * The keys that a line about a change has to have: a `before` for its intent, an `after` as well for its end.
 */
const SAYS: Partial<Record<Line['event'], readonly string[]>> = {
  activating: ['before'],
  deactivating: ['before'],
  undoing: ['before'],
  activated: ['before', 'after'],
  deactivated: ['before', 'after'],
  undone: ['before', 'after'],
};

function incomplete({ execution, event, scope, detail }: Line): string[] {
  const lacks = (SAYS[event] ?? []).filter((key) => !Array.isArray(detail[key]));
  const unasked = event === 'ended' && detail.outcome === 'halted' && !detail.request;
  return [
    ...lacks.map((key) => `${execution} recorded ${event} in ${scope} without its ${key}`),
    ...(unasked ? [`${execution} recorded a halt without who asked for it, and why`] : []),
  ];
}

/** The line that has to be in the trail once a step has returned; null for a step that changes nothing. */
const TELLS: Record<(typeof stepNames)[number], { event: Line['event']; of?: string } | null> = {
  plan: { event: 'planned' },
  'open-wave': null,
  'begin-scope': null,
  activate: { event: 'activated', of: 'activated' },
  verify: { event: 'verified' },
  promote: { event: 'promoted' },
  'promote-scope': { event: 'promoted' },
  deactivate: { event: 'deactivated', of: 'deactivated' },
  confirm: { event: 'confirmed' },
  'conclude-scope': null,
  judge: null,
  undo: { event: 'undone', of: 'reactivated' },
  restore: { event: 'restored' },
  'schedule-next': { event: 'scheduled' },
  release: { event: 'ended' },
};

function returnMissing(
  { execution, invocation, result }: LoggedEvent & { what: 'returned' },
  lines: Lines,
  { replay }: JudgeContext,
): string[] {
  const seen = replay.state.invocations.get(invocation);
  const told = seen && TELLS[seen.step as keyof typeof TELLS];
  if (!seen || !told || (result as Plan).decision === 'busy') return [];
  // For a run that was ended from outside, Release only sees to the schedule.
  if (Object.hasOwn(Object(seen.input), 'detail')) return [];
  // The look that found why a shard halted tells of it.
  if (Object(result).anyHalted === true) return [];
  // A second attempt finds what the first has done, and then has nothing to tell.
  const isEverywhere = Object(seen.input).everywhere === true;
  const ids: string[] | undefined = told.of && Object(result)[isEverywhere ? 'takenBack' : told.of];
  if (ids?.length === 0) return [];
  const { shard, moment } = seen.input as { shard?: Shard; moment?: string };
  const isBeforehand = moment === 'beforehand';
  const own = (lines.get(execution) ?? []).filter(
    ({ event, scope, detail }) =>
      event === (isBeforehand ? 'looked' : told.event) &&
      (seen.scope === null || scope === seen.scope) &&
      // Each shard has a line of its own.
      (!shard || Object(detail.shard).at === shard.at),
  );
  const all = ids ?? [null];
  const isTold = all.every((id) =>
    own.some(({ detail }) => !id || JSON.stringify(detail).includes(`"${id}"`)),
  );
  return isTold ? [] : [`${execution} recorded no ${told.event}${seen.scope ? ` of ${seen.scope}` : ''}`];
}
