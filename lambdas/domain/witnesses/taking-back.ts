import { activeIds, isValidAt, type ListedAnchor } from '../anchor.ts';
import { firstFew } from '../first-few.ts';

/**
 * How long an anchor that stays has to last, in seconds. Clocks differ, and a run that looks again comes
 * minutes later.
 */
const LASTING = 600;

/**
 * The successors that this run has activated in a scope, and what is active there now. `now` in Unix seconds.
 */
export type TakingBackFacts = {
  ours: readonly string[];
  /** Those of them that a client runs on, or may run on. */
  depended: ReadonlySet<string>;
  /** Those of them by which alone the admin credential gets in (F10). */
  ownWays?: readonly string[];
  listing: readonly ListedAnchor[];
  /** The anchors that the scope inherits. */
  inherited: readonly ListedAnchor[];
  hold: readonly string[];
  now: number;
};

/**
 * Decides which successors to deactivate again after a witness got in: those that this run has activated and
 * that nobody depends on. Something usable has to stay, and must not expire within minutes (I2). `left` says
 * why the others stay active.
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

/** What became of the successors in one scope. */
export type TakenBackThere = { scope: string; takenBack: readonly string[]; left: readonly string[] };

/** How many scopes, or clients, a halt names for each outcome. */
const MOST_TOLD = 5;

/**
 * Says what became of the same successors in the other scopes of a run, for the operator who reads its halt;
 * empty where there were none. A person has something to do only where they were left active.
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
 * Names the clients that were refused beside a witness that got in, each once with the anchors that were to
 * let it in, for the operator who reads the halt; empty where there were none.
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
 * Says what became of the successors, for the operator who reads the halt; empty where there was nothing to
 * take back. `elsewhere` are other scopes in which this run has activated them, and where nobody has seen who
 * gets in.
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
