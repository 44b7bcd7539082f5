import { ORGANIZATION } from '../anchor.ts';
import type { JournalEntry } from '../memory/journal.ts';
import { type Intent, intentOf, isAbout, isInTimeBy, isRefusedBy, textsOf } from './intents.ts';
import type { LoggedChange } from './logged-change.ts';
import { type Answer, ourKeys } from './our-keys.ts';
import { type Run, type Told, tell } from './tell.ts';

/** What the log and the journal say of each other. */
export type Reconciliation = {
  /** Changes of ours that the log has, and those that it does not have (yet): a log may be late, so that is no alarm. */
  found: number;
  missing: number;
  /** The keys that made ours, by the log. */
  ours: string[];
  /** Those of them that no look knew before. */
  learnt: string[];
  /** The log has nothing of after the first change of ours that it does not have. */
  isSilent: boolean;
  /** The log has, or had in an earlier look, what a key did to the organization under its own name, and not under a default project. */
  tellsOrganization?: true;
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
  run: Run;
};

/**
 * Holds the vendor's audit log against the journal (F19). A change counts as ours where the journal says that we were about to
 * make it and no person and no other key made it; what else our key has done the journal ought to know, also what no run ever
 * does, such as an upload. Nothing follows from silence.
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
  // The log may name nobody, and where no key is known any may be ours.
  const mayBeOurs = (change: LoggedChange): boolean =>
    isKnownActor(change) || change.actor === null || (change.isKey && ours.size === 0);
  const own = answers.filter(({ change }) => mayBeOurs(change));
  const ownIds = new Set(own.map(({ change }) => change.id));
  const answered = new Set(own.map(({ intent }) => intent));
  const toldAs = (key: 'others' | 'unknown') => new Set(looks.flatMap(({ detail }) => idsOf(detail[key])));
  const told = { others: toldAs('others'), unknown: toldAs('unknown') };
  // Whose a change was may be known only once the log has one of ours beside it: then it is told again, by its name.
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
 * The vendor may put what an admin key does to the organization under its default project, which nobody knows: it is the one project where
 * something stands that no run was about to do there (`strays`), and in the organization some run was. Where any of that is of a key that is
 * ours by other changes, another's tells nothing.
 */
function defaultProjectOf(strays: readonly LoggedChange[], known: readonly string[]): string | null {
  const own = strays.filter(({ actor }) => actor !== null && known.includes(actor));
  const [first, ...more] = new Set((own.length > 0 ? own : strays).map(({ scope }) => scope));
  return first !== undefined && more.length === 0 ? first : null;
}

/** What has been told already is not told again. */
const idsOf = (told: unknown): string[] =>
  (Array.isArray(told) ? told : []).flatMap(({ id }) => (typeof id === 'string' ? id : []));
