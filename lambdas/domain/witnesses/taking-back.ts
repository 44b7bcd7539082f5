import { activeIds, isValidAt, type ListedAnchor } from '../anchor.ts';
import { firstFew } from '../first-few.ts';

/** How long what stays has to last yet, in seconds: clocks differ, and a run that looks again comes minutes later. */
const LASTING = 600;

/** The successors that this run has activated in a scope, and what stands there now. `now` in Unix seconds. */
export type TakingBackFacts = {
  ours: readonly string[];
  /** Those of them that a client runs on, or may run on. */
  depended: ReadonlySet<string>;
  /** Those of them that the admin credential itself gets in by, and by nothing else (F10). */
  ownWays?: readonly string[];
  listing: readonly ListedAnchor[];
  /** What the scope inherits. */
  inherited: readonly ListedAnchor[];
  hold: readonly string[];
  now: number;
};

/**
 * Which successors to deactivate again after a witness got in: those that this run has activated and that nobody depends on, as
 * long as something usable stays, and does not expire within minutes (I2). `left` says why the others stay active.
 */
export function decideTakingBack(facts: TakingBackFacts): { takeBack: string[]; left: string[] } {
  const { ours, depended, ownWays = [], listing, inherited, hold, now } = facts;
  const active = new Set(activeIds(listing));
  const standing = ours.filter((id) => active.has(id));
  const whyLeft = (id: string): string | null => {
    if (hold.includes(id)) return 'on hold by now';
    if (ownWays.includes(id)) return 'the admin credential itself gets in by nothing else';
    return depended.has(id) ? 'clients run on it, or may' : null;
  };
  const free = standing.filter((id) => whyLeft(id) === null);
  const usable = [...listing, ...inherited].filter(
    (one) => one.active && isValidAt(one, now) && isValidAt(one, now + LASTING),
  );
  const stays = usable.some(({ anchorId }) => !free.includes(anchorId));
  const left = standing.flatMap((id) => {
    const why = whyLeft(id) ?? (stays ? null : 'nothing else that is usable is active there');
    return why === null ? [] : `${id} (${why})`;
  });
  return { takeBack: stays ? free : [], left };
}

/** What became of them in one scope. */
export type TakenBackThere = { scope: string; takenBack: readonly string[]; left: readonly string[] };

/** Scopes that a halt names for each of what became of them. */
const MOST_TOLD = 5;

/**
 * What became of the same successors in the other scopes of a run, for the operator who reads its halt; empty where there were none. Only where they were
 * left a person has something to do.
 */
export function describeTakingBackElsewhere(found: readonly TakenBackThere[]): string {
  const back = found.filter(({ takenBack }) => takenBack.length > 0);
  const ids = [...new Set(back.flatMap(({ takenBack }) => takenBack))];
  const scopes = back.map(({ scope }) => scope);
  const left = found.flatMap((one) => (one.left.length > 0 ? `${one.left.join(', ')} in ${one.scope}` : []));
  const told = [
    ...(ids.length > 0
      ? [`${ids.join(', ')} was deactivated again as well in ${firstFew(scopes, MOST_TOLD).join(', ')}`]
      : []),
    ...(left.length > 0
      ? [
          `this run leaves active ${firstFew(left, MOST_TOLD).join(', ')}: deactivate it there as well until its filter is repaired, unless clients run on it`,
        ]
      : []),
  ];
  return told.map((words) => `; ${words}`).join('');
}

/**
 * Clients that were refused beside a witness that got in, each once with what was to let it in, for the operator who reads the halt of that; empty where there
 * were none.
 */
export function describeTurnedAway(turnedAway: readonly { client: string; by: readonly string[] }[]): string {
  const byClient = Map.groupBy(turnedAway, ({ client }) => client);
  const words = [...byClient].map(
    ([client, seen]) => `${client} by ${[...new Set(seen.flatMap(({ by }) => by))].join(' or ')}`,
  );
  const told = firstFew(words, MOST_TOLD);
  return told.length > 0 ? `; clients were turned away there as well: ${told.join(', ')}` : '';
}

/**
 * What became of them, for the operator who reads the halt; empty where there was nothing to take back. `elsewhere` are the scopes in which this
 * run has activated them as well, and where nobody has seen who gets in.
 */
export function describeTakingBack(
  scope: string,
  takenBack: readonly string[],
  left: readonly string[],
  elsewhere: readonly string[] = [],
): string {
  const told = [
    ...(takenBack.length > 0 ? [`${takenBack.join(', ')} was deactivated in ${scope} again`] : []),
    ...(left.length > 0 ? [`left active in ${scope}: ${left.join(', ')}`] : []),
    ...(elsewhere.length > 0
      ? [
          `this run has activated the same in ${firstFew(elsewhere, MOST_TOLD).join(', ')}: deactivate it there as well until its filter is repaired, unless clients run on it`,
        ]
      : []),
  ];
  return told.length > 0 ? `; ${told.join('; ')}` : '';
}
