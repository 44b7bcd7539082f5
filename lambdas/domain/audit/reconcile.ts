import { ORGANIZATION } from '../anchor.ts';
import type { JournalEntry } from '../memory/journal.ts';
import { type Intent, intentOf, isAbout, isInTimeBy, isRefusedBy, textsOf } from './intents.ts';
import type { LoggedChange } from './logged-change.ts';
import { type Answer, ourKeys } from './our-keys.ts';
import { type Run, type Told, tell } from './tell.ts';

/** The result of holding the log against the journal. */
export type Reconciliation = {
  /**
   * How many changes of ours the log has, and how many it does not have yet. A log may be late, so missing
   * ones are no alarm.
   */
  found: number;
  missing: number;
  /** The keys that made our changes, by the log. */
  ours: string[];
  /** Those of them that no earlier look knew. */
  learnt: string[];
  /** `true` where the log has nothing after the first change of ours that it lacks. */
  isSilent: boolean;
  /**
   * `true` where the log names the organization itself, now or in an earlier look, for a key's change there.
   * Then it does not put such changes under a default project.
   */
  tellsOrganization?: true;
  others: Told[];
  /** Changes that were made with our key and that the journal does not know. */
  unknown: Told[];
};

type Asked = {
  logged: readonly LoggedChange[];
  /** What runs were about to change, and what earlier looks at the log said. */
  lines: readonly JournalEntry[];
  looks: readonly JournalEntry[];
  /** From when on the journal is known to be whole, in Unix seconds. */
  since: number;
  /** The run that is over. A change made meanwhile may have concerned it. */
  run: Run;
};

/**
 * Holds the vendor's audit log against the journal (F19). A change counts as ours where the journal announced
 * it and no person and no other key made it. Anything else that our key has done should be in the journal,
 * also something that no run ever does, such as an upload. The log's silence proves nothing.
 */
export function reconcile({ logged, lines, looks, since, run }: Asked): Reconciliation {
  const intents = lines.flatMap(intentOf);
  const byScope = Map.groupBy(intents, ({ scope }) => scope);
  const intentsIn = (scope: string, change: LoggedChange): Intent[] =>
    (byScope.get(scope) ?? []).filter((intent) => isAbout(intent, change));
  const recent = logged.filter(({ at }) => at >= since);
  const tellsOrganization =
    looks.some(({ detail }) => detail.tellsOrganization === true) ||
    recent.some(({ scope, isKey }) => isKey && scope === ORGANIZATION);
  const isStray = (one: LoggedChange) =>
    intentsIn(one.scope, one).length === 0 && intentsIn(ORGANIZATION, one).length > 0;
  const remembered = looks.flatMap(({ detail }) => textsOf(detail.ours));
  const [isInTime, isRefused] = [isInTimeBy(lines), isRefusedBy(lines)];
  const answersBy = (of: (change: LoggedChange) => Intent[]): Answer[] =>
    recent.flatMap((change) => of(change).map((intent) => ({ intent, change })));
  const keysIn = (answers: readonly Answer[]): string[] =>
    ourKeys(
      answers.filter(({ intent, change }) => isInTime(intent, change) && !isRefused(intent, change)),
      remembered,
    );
  const known = keysIn(answersBy((change) => intentsIn(change.scope, change)));
  const strays = recent.filter((one) => one.isKey && isStray(one));
  const defaultProject = tellsOrganization ? null : defaultProjectOf(strays, known);
  const intentsOf = (change: LoggedChange): Intent[] => {
    const own = intentsIn(change.scope, change);
    const isDefault = change.isKey && change.scope === defaultProject;
    return own.length > 0 || !isDefault ? own : intentsIn(ORGANIZATION, change);
  };
  const answers = answersBy(intentsOf);
  const ours = new Set(keysIn(answers));
  const isKnownActor = ({ actor, isKey }: LoggedChange) => isKey && actor !== null && ours.has(actor);
  // The log may name nobody. Where no key is known, any key may be ours.
  const mayBeOurs = (change: LoggedChange): boolean =>
    isKnownActor(change) || change.actor === null || (change.isKey && ours.size === 0);
  const own = answers.filter(({ change }) => mayBeOurs(change));
  const ownIds = new Set(own.map(({ change }) => change.id));
  const answered = new Set(own.map(({ intent }) => intent));
  const toldAs = (key: 'others' | 'unknown') => new Set(looks.flatMap(({ detail }) => idsOf(detail[key])));
  const told = { others: toldAs('others'), unknown: toldAs('unknown') };
  // A change that was told as somebody else's may turn out to be of our key, once the log has another change
  // of ours beside it. Then it is told again, by its right name.
  const rest = recent.filter(({ id }) => !ownIds.has(id) && !told.unknown.has(id));
  const missing = intents.filter((intent) => intent.at >= since && !answered.has(intent));
  const first = Math.min(...missing.map(({ at }) => at));
  const announced = new Set(
    answers.filter(({ intent }) => !answered.has(intent)).map(({ change }) => change.id),
  );
  const say = (change: LoggedChange) => tell(change, { run, looks, isAnnounced: announced.has(change.id) });
  return {
    found: ownIds.size,
    missing: missing.length,
    isSilent: recent.every(({ at }) => at < first),
    ours: [...ours],
    learnt: [...ours].filter((key) => !remembered.includes(key)),
    ...(tellsOrganization && { tellsOrganization }),
    others: rest.filter((one) => !isKnownActor(one) && !told.others.has(one.id)).map(say),
    unknown: rest.filter(isKnownActor).map(say),
  };
}

/**
 * Returns the admin key's default project; null where nobody can tell. The vendor may put an admin key's
 * changes to the organization under that project, which nobody knows. It is the one project with changes that
 * no run announced there, but that some run announced in the organization (`strays`). Where some strays are
 * of a key that is ours by other changes, only these count.
 */
function defaultProjectOf(strays: readonly LoggedChange[], known: readonly string[]): string | null {
  const own = strays.filter(({ actor }) => actor !== null && known.includes(actor));
  const [first, ...more] = new Set((own.length > 0 ? own : strays).map(({ scope }) => scope));
  return first !== undefined && more.length === 0 ? first : null;
}

/** The ids of what has been told already, which is not told again. */
const idsOf = (told: unknown): string[] =>
  (Array.isArray(told) ? told : []).flatMap(({ id }) => (typeof id === 'string' ? id : []));
