import { namedIn } from '../../lambdas/domain/first-few.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { isLookedAtAgain } from '../../lambdas/domain/overlap/settling.ts';
import type { Halted } from '../journal/halted.ts';
import { type Told, told } from '../journal/journal-detail.ts';
import { longWave } from '../journal/planned.ts';
import type { Rotation } from '../journal/rotations.ts';

/** Where one scope of a rotation is, according to the journal. */
export type ScopeStatus = {
  scope: string;
  wave: string;
  /**
   * `done` means proven in the overlap, or confirmed in the cut. `held` is a cut that may not be made yet.
   */
  state: 'done' | 'running' | 'waiting' | 'halted' | 'held';
  /** The last event that the journal has of the scope, and when. */
  last: JournalEntry['event'] | null;
  at: string | null;
  /** The error of its last look, when that failed. */
  error: string | null;
};

/**
 * The half of a rotation: the overlap of new and old anchors, or the cut. An emergency goes through both in
 * each scope.
 */
export type Half = 'overlap' | 'cut';

/** Which half a rotation is in. The cut begins with the look before it. */
export function halfOf({ mode, entries }: Rotation): Half {
  const isCut = entries.some(
    ({ event, detail }) =>
      CUT.has(event) || (event === 'verified' && 'moment' in detail && detail.moment === 'beforeCut'),
  );
  return isCut || mode === 'emergency' ? 'cut' : 'overlap';
}

const CUT: ReadonlySet<JournalEntry['event']> = new Set(['deactivating', 'deactivated', 'confirmed']);

/**
 * Every scope of a rotation's plan that the journal names, wave by wave. Scopes that were reached without
 * having been planned come last. The plan's line names only the first scopes of a long wave; its other scopes
 * are listed with that wave.
 */
export function scopesOf(rotation: Rotation): ScopeStatus[] {
  const { planned, entries, mode } = rotation;
  const half = halfOf(rotation);
  // While a scope waits for its cut, its lines of the overlap say nothing any more. In an emergency both
  // halves are one.
  const counts = (line: Told) => half === 'overlap' || mode === 'emergency' || isOfCut(line);
  const halted = new Map(rotation.halted.map((one) => [one.scope, one]));
  const lines = Map.groupBy(entries.filter(({ scope }) => scope !== undefined).map(told), (one) => one.scope);
  const waves = planned?.scopes ?? [];
  const known = new Set(waves.flatMap(([, scopes]) => namedIn(scopes)));
  const seen = new Set([...lines.keys(), ...halted.keys()]);
  const others = [...seen].flatMap((scope) => (scope && !known.has(scope) ? [scope] : []));
  const long = longWave(planned);
  const all = [
    ...waves.map((one) => [one[0], [...namedIn(one[1]), ...(one === long ? others : [])]] as const),
    ...(long ? [] : [['', others] as const]),
  ];
  const held = new Set([
    ...(planned?.held ?? []),
    ...(planned?.blocked ?? []).flatMap((one) => one.scopes ?? []),
  ]);
  return all.flatMap(([wave, scopes]) =>
    scopes.map(
      (scope) =>
        haltedOf(halted.get(scope), wave, lines.get(scope)?.at(-1)) ??
        statusOf({ scope, wave }, (lines.get(scope) ?? []).filter(counts), half, held.has(scope)),
    ),
  );
}

/**
 * The status of a scope with a halted verdict, which counts more than lines. A scope that halts before its
 * cut, or in its activation, writes no line of that.
 */
function haltedOf(halted: Halted | undefined, wave: string, last: Told | undefined): ScopeStatus | null {
  if (!halted) return null;
  const { scope, error } = halted;
  const seen = { last: last?.event ?? null, at: last?.at ?? null };
  return { scope, wave, state: 'halted', ...seen, error: error ?? last?.told.error ?? null };
}

function statusOf(
  where: Pick<ScopeStatus, 'scope' | 'wave'>,
  lines: readonly Told[],
  half: Half,
  isHeld: boolean,
): ScopeStatus {
  const last = lines.at(-1);
  const error = last?.told.error ?? null;
  const passed = (line: Told) =>
    isSpared(line) ||
    (line.told.error === null &&
      line.told.shard === null &&
      line.event === DONE[half] &&
      !isLookedAtAgain(line.detail));
  const state = lines.some(isHalt)
    ? 'halted'
    : lines.some(passed)
      ? 'done'
      : lines.length > 0
        ? 'running'
        : half === 'cut' && isHeld
          ? 'held'
          : 'waiting';
  return { ...where, state, last: last?.event ?? null, at: last?.at ?? null, error };
}

/** The event that ends a scope's share of each half, once all of its clients have been looked at. */
const DONE = { overlap: 'verified', cut: 'confirmed' } as const;

/** Whether the scope's own listing showed nothing to cut, so that the scope is over. */
const isSpared = ({ event, detail }: Told): boolean => event === 'activated' && detail.remains === 'nothing';

const isOfCut = (line: Told): boolean =>
  CUT.has(line.event) ||
  isSpared(line) ||
  line.event === 'undoing' ||
  line.event === 'undone' ||
  (line.event === 'verified' && line.told.moment !== 'overlap');

/**
 * Whether the scope's cut was put back, which is a halt. Its execution may still go on to restore clients.
 */
const isHalt = ({ event }: Told): boolean => event === 'undone';
