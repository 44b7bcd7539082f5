import { chanceAt } from '../../../../simulation/chance/chance.ts';
import type { ScenarioEvent } from '../../../../simulation/organizations/scenario.ts';
import { isReady } from '../ready-clients.ts';
import type { Around, StoryBeside } from '../story-beside.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A deployment
 * changes the configured clients while a rotation is at work, soaks or cuts. It adds a client that existed
 * all along, whose leaf is staged or comes only days later. Or it removes one, and may add it again. An
 * execution that began before knows nothing of that (I1, I11).
 */
export function deployedMeanwhile(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'deployed meanwhile');
  if (!chance.happens(0.25)) return null;
  const { clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around));
  const changed = ready.length > 0 ? chance.pick(ready) : null;
  if (!changed?.staged) return null;
  const { name, running, staged } = changed;
  const begun = start + 10;
  const deployedAt = chance.pick([
    begun + chance.between(1, 5 * MINUTE),
    begun + chance.between(5 * MINUTE, policy.soak),
    begun + policy.soak + chance.between(0, 30 * MINUTE),
  ]);
  const isNew = chance.happens(0.6);
  const isBack = !isNew && chance.happens(0.5);
  const backAt = deployedAt + chance.between(MINUTE, 2 * DAY);
  const isLate = chance.happens(0.5);
  const stagedAt = Math.max(deployedAt, backAt) + chance.between(HOUR, DAY);
  const calm = stagedAt + HOUR;
  const end = calm + 2 * policy.soak + 5 * DAY;
  const broken = `unnamed ${name}` as const;
  const emergency = { mode: 'emergency' as const, anchors: [running.anchor], reason: 'its key leaked' };
  const unnamed: ScenarioEvent = isNew
    ? { id: broken, at: start, kind: 'trouble', broken, until: deployedAt }
    : { id: broken, at: deployedAt, kind: 'trouble', broken, until: isBack ? backAt : end + DAY };
  return {
    ...{ calm, end },
    clients: ready.map((one) => (one.name === name && isLate ? { ...one, staged: null } : one)),
    policy: { ...policy, hold: [] },
    events: [
      unnamed,
      { id: 'run', at: begun, kind: 'run', request: chance.happens(0.2) ? emergency : {} },
      ...(isLate
        ? [{ id: `stage ${name}`, at: stagedAt, kind: 'stage' as const, client: name, leaf: staged }]
        : []),
    ],
  };
}
