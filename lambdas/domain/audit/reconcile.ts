import { instant, secondsOf } from '../instant.ts';
import type { JournalEntry } from '../memory/journal.ts';
import { ACTIVATED, DEACTIVATED, type LoggedChange } from './logged-change.ts';

/** How long before a change the journal may have announced it, in seconds: a call may land late. */
export const INTENDED_BEFORE = 3_600;
/** How long after a change, by two clocks, the journal may have announced it, in seconds. */
const INTENDED_AFTER = 600;

/** A change that somebody else made, or that was made with our key and is in no journal, as it is told. */
type Told = { id: string; who: string; what: string; when: string; meant: string };

/** What the log and the journal say of each other. */
export type Reconciliation = {
  /** Changes of ours that the log has, and those that it does not have (yet): a log may be late, so that is no alarm. */
  found: number;
  missing: number;
  /** Who made ours, by the log. */
  ours: string[];
  others: Told[];
  /** Made with our key, and not known to the journal. */
  unknown: Told[];
};

type Asked = {
  logged: readonly LoggedChange[];
  /** What runs were about to change, and what earlier looks at the log said. */
  lines: readonly JournalEntry[];
  looks: readonly JournalEntry[];
  /** From when on the journal is known to be whole, in Unix seconds. */
  since: number;
  /** The run that is over: what changed meanwhile may have concerned it. */
  run: { startedAt: string; successions: readonly { retiring: string; successor: string }[] };
};

/**
 * Holds the vendor's audit log against the journal (F19). A change counts as ours where the journal says that we were about to
 * make it; whoever made such a one is we, and what else that key has done the journal ought to know. Nothing follows from silence.
 */
export function reconcile({ logged, lines, looks, since, run }: Asked): Reconciliation {
  const intents = lines.flatMap(intentOf);
  const recent = logged.filter(({ at }) => at >= since);
  const isOurs = (change: LoggedChange) => intents.some((intent) => isAbout(intent, change));
  const own = recent.filter(isOurs);
  const remembered = looks.flatMap(({ detail }) => textsOf(detail.ours));
  const ours = new Set([...remembered, ...own.flatMap(({ actor }) => actor ?? [])]);
  const toldAs = (key: 'others' | 'unknown') => new Set(looks.flatMap(({ detail }) => idsOf(detail[key])));
  const told = { others: toldAs('others'), unknown: toldAs('unknown') };
  // Whose a change was may be known only once the log has one of ours beside it: then it is told again, by its name.
  const rest = recent.filter((change) => !isOurs(change) && !told.unknown.has(change.id));
  const say = (change: LoggedChange) => tell(change, run);
  const isToggle = ({ type }: LoggedChange) => type === ACTIVATED || type === DEACTIVATED;
  const isKnownActor = ({ actor }: LoggedChange) => actor !== null && ours.has(actor);
  return {
    found: own.length,
    missing: intents.filter((intent) => intent.at >= since && !recent.some((one) => isAbout(intent, one)))
      .length,
    ours: [...ours],
    others: rest.filter((one) => !isKnownActor(one) && !told.others.has(one.id)).map(say),
    unknown: rest.filter((one) => isKnownActor(one) && isToggle(one)).map(say),
  };
}

/** What a run wrote down before it did it. */
type Intent = { at: number; scope: string; type: string; anchors: readonly string[] };

/** By the event of the journal: where its anchors are named, and what the log calls it. */
const INTENTS: readonly [event: string, key: string, type: string][] = [
  ['activating', 'activating', ACTIVATED],
  ['deactivating', 'deactivating', DEACTIVATED],
  ['undoing', 'reactivating', ACTIVATED],
  ['undoing', 'takingBack', DEACTIVATED],
];

function intentOf({ at, event, scope = '', detail }: JournalEntry): Intent[] {
  return INTENTS.flatMap(([name, key, type]) => {
    const anchors = event === name ? textsOf(detail[key]) : [];
    return anchors.length > 0 ? [{ at: secondsOf(at), scope, type, anchors }] : [];
  });
}

/** A call carries ten anchors at the most, so that one intent may be several changes (F2). */
const isAbout = (intent: Intent, { at, scope, type, anchors }: LoggedChange): boolean =>
  intent.type === type &&
  intent.scope === scope &&
  at >= intent.at - INTENDED_AFTER &&
  at <= intent.at + INTENDED_BEFORE &&
  anchors.every((id) => intent.anchors.includes(id));

function tell(
  { id, at, type, scope, anchors, actor }: LoggedChange,
  { startedAt, successions }: Asked['run'],
): Told {
  const named = new Set(successions.flatMap(({ retiring, successor }) => [retiring, successor]));
  const concerned = anchors.filter((one) => named.has(one));
  const isMeanwhile = at >= secondsOf(startedAt);
  const meant =
    concerned.length === 0
      ? 'nothing that this run was about'
      : `${concerned.join(', ')} was of this run, and was changed ${isMeanwhile ? 'while it went on: what it decided and proved may be of before' : 'before it began, so it was planned with that'}`;
  return {
    id,
    who: actor ?? 'somebody whom the log does not name',
    what: `${type} ${anchors.join(', ')} in ${scope}`,
    when: instant(at),
    meant,
  };
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** What has been told already is not told again. */
const idsOf = (told: unknown): string[] =>
  (Array.isArray(told) ? told : []).flatMap(({ id }) => (typeof id === 'string' ? id : []));
