import { type Chance, chanceAt } from '../../../../simulation/chance/chance.ts';
import type {
  Scenario,
  ScenarioAnchor,
  ScenarioEvent,
} from '../../../../simulation/organizations/scenario.ts';
import { isReady } from '../ready-clients.ts';
import type { Around, StoryBeside } from '../story-beside.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

type Pair = { retiring: ScenarioAnchor; successor: ScenarioAnchor };

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A person renames an
 * anchor in the vendor's console while a rotation is at work or soaks: the successor, the retiring anchor, or
 * both. Later the old key leaks, or the run is stopped, or neither. A rotation that was begun goes on under
 * any name (rule 2, I11, I16).
 * In some of these seeds a newer generation has the old name, and no client has a leaf of it. In some, one
 * more client with nothing to move to cannot be read from then on, and is still of the same line (I1, I9).
 */
export function renamedMeanwhile(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'renamed by hand');
  if (!chance.happens(0.5)) return null;
  const { anchors, clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around));
  const first = ready.find((one) => pairOf(one, around) !== null);
  const pair = first ? pairOf(first, around) : null;
  if (!first || !pair) return null;
  const { retiring, successor } = pair;
  const begun = start + 10;
  const renamedAt =
    begun + chance.pick([chance.between(20, 10 * MINUTE), chance.between(10 * MINUTE, policy.soak)]);
  const renames = renamesOf(pair, renamedAt, chance);
  const at = renamedAt + chance.pick([chance.between(1, MINUTE), chance.between(MINUTE, DAY)]);
  const request = { mode: 'emergency' as const, anchors: [retiring.id], reason: 'its key leaked' };
  const after = chance.pick<ScenarioEvent[]>([
    [{ id: 'leak of what was renamed', at, kind: 'run', request }],
    [{ id: 'leak of what was renamed', at, kind: 'run', request }],
    [{ id: 'stopped beside a name', at, kind: 'kill' }],
    [],
  ]);
  const calm = at + 2 * HOUR;
  const unstaged = unstagedOf(successor, start);
  const end = calm + 2 * policy.soak + 5 * DAY;
  const late = { ...first, name: `${first.name}-late`, staged: null };
  const broken = `denied ${late.name}` as const;
  const unread: ScenarioEvent = { id: broken, at: renamedAt - 5, kind: 'trouble', broken, until: end + DAY };
  const isLate = chance.happens(0.3);
  return {
    ...{ calm, end },
    anchors: chance.happens(0.4) ? [...anchors, unstaged] : anchors,
    clients: isLate ? [...ready, late] : ready,
    policy: { ...policy, hold: [] },
    events: [
      { id: 'run', at: begun, kind: 'run', request: {} },
      ...renames,
      ...after,
      ...(isLate ? [unread] : []),
    ],
  };
}

/**
 * The anchor that a client runs on, when that is due and active, and the anchor that it is to be moved to.
 */
function pairOf(
  { running, staged }: Scenario['clients'][number],
  { anchors, policy, start }: Pick<Scenario, 'anchors' | 'policy' | 'start'>,
): Pair | null {
  const [retiring, successor] = [running, staged].map((leaf) =>
    anchors.find(({ id }) => id === leaf?.anchor),
  );
  if (!retiring || !successor || retiring === successor || retiring.line !== successor.line) return null;
  const isDue = retiring.expiresAt - policy.leadTime <= start && retiring.activeIn.length > 0;
  return isDue ? { retiring, successor } : null;
}

/** One rename, or two some time apart. */
function renamesOf({ retiring, successor }: Pair, at: number, chance: Chance): ScenarioEvent[] {
  const rename = ({ id, line, generation }: ScenarioAnchor, as: string, when = at): ScenarioEvent => ({
    ...{ id: `rename ${id}`, at: when, kind: 'rename', anchor: id, name: `${as}${line}@${generation}` },
  });
  const second = at + chance.pick([chance.between(1, MINUTE), chance.between(MINUTE, HOUR)]);
  return chance.pick([
    [rename(successor, 'new-')],
    [rename(successor, 'new-')],
    [rename(retiring, 'old ')],
    [rename(successor, 'new-'), rename(retiring, 'new-', second)],
  ]);
}

/** A newer generation of the line, under the line's old name. */
const unstagedOf = ({ line }: ScenarioAnchor, start: number): ScenarioAnchor => ({
  ...{ id: `cert_${line}unstaged`, name: `${line}@unstaged`, line, generation: 301, renewed: false },
  ...{ validAt: start - 200 * DAY, expiresAt: start + 400 * DAY, activeIn: [] },
});
