import type { Scope } from '../anchor.ts';
import { textsOf } from '../audit/intents.ts';
import { runOf } from '../memory/audit.ts';
import type { CutMemory, JournalEntry, SoakMemory } from '../memory/journal.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { isSamePair } from '../succession/resume.ts';

/** The remembered soaks and cuts, before an undo forgets any of them. */
export type Soaked = {
  soaks: readonly SoakMemory[];
  cuts: readonly Pick<CutMemory, 'scope' | 'successor'>[];
};

/**
 * Returns the successors on which an unknown caller may run in a scope. The anchor that they replace soaks or
 * was cut there, even for another plan whose rotation is long over. A soak has not begun in a scope that it
 * has left out. `lines` are the trail's lines in their order. `active` are the other usable anchors there.
 */
export function runOnUnseen({ soaks, cuts }: Soaked, lines: readonly JournalEntry[]) {
  const cutFor = cutForIn(lines);
  return (
    { scope, successions }: Pick<ScopePlan, 'scope' | 'successions'>,
    active: readonly string[],
  ): ReadonlySet<string> => {
    const overlaps = (soak: SoakMemory): boolean =>
      active.includes(soak.retiring) || successions.some((one) => isSamePair(one, soak));
    const soaking = soaks.filter((soak) => !soak.except?.includes(scope) && overlaps(soak));
    const cut = cuts.filter((one) => one.scope === scope);
    return new Set([...[...soaking, ...cut].map(({ successor }) => successor), ...cutFor(scope)]);
  };
}

/**
 * Returns, by scope, the successors in whose favour runs have begun to cut since these were last activated
 * there. A soak was over by then, whatever became of the cut.
 */
function cutForIn(lines: readonly JournalEntry[]): (scope: Scope) => ReadonlySet<string> {
  const runIn = ({ execution, startedAt }: JournalEntry): string => runOf({ id: execution, startedAt });
  const plans = Map.groupBy(
    lines.filter(({ event }) => event === 'planned'),
    runIn,
  );
  const byScope = Map.groupBy(lines, ({ scope }) => scope);
  /**
   * Where the run's plan is older than the part of the trail that is read, any anchor that stayed active may
   * be the successor (I9).
   */
  const favoured = (line: JournalEntry, cut: readonly string[]): string[] => {
    const pairs = plans.get(runIn(line))?.flatMap(({ detail }) => pairsOf(detail.successions));
    const stayed = textsOf(line.detail.before).filter((id) => !cut.includes(id));
    return pairs?.flatMap((one) => (cut.includes(one.retiring) ? one.successor : [])) ?? stayed;
  };
  return (scope) => {
    const found = new Set<string>();
    for (const line of byScope.get(scope) ?? []) {
      const { event, detail } = line;
      if (event === 'activating') for (const id of textsOf(detail.activating)) found.delete(id);
      if (event === 'deactivating')
        for (const id of favoured(line, textsOf(detail.deactivating))) found.add(id);
    }
    return found;
  };
}

/** Reads the successions of a plan from a line of the trail, whichever version has written it. */
const pairsOf = (told: unknown): { retiring: string; successor: string }[] =>
  Array.isArray(told)
    ? told.map((one) => ({
        retiring: String(Object(one).retiring),
        successor: String(Object(one).successor),
      }))
    : [];
