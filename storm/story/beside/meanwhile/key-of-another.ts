import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { chanceAt } from '../../../../simulation/chance/chance.ts';
import type {
  Scenario,
  ScenarioClient,
  ScenarioEvent,
} from '../../../../simulation/organizations/scenario.ts';
import { isReady } from '../ready-clients.ts';
import type { Around, StoryBeside } from '../story-beside.ts';
import { troubleBesideAnotherKey } from './trouble-beside-another-key.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/**
 * A story for a share of the seeds; null in all others. A client's API key belongs to another project than
 * the configuration says. It does so from the start, in some seeds until its owner puts the right key into
 * the secret. Or it does so only after the owner rotates the key. That other project has the same anchor, and
 * a client that is ready to move off it. The misplaced client has a staged leaf, or nothing to move to. Hosts
 * say whose key it is, or do not (F10). In half of these seeds one more thing goes wrong.
 */
export function keyOfAnother(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'an owner has another project');
  if (!chance.happens(0.6)) return null;
  const { anchors, clients, policy, start, projects } = around;
  const ready = clients.filter((one) => isReady(one, around) && !one.keyless);
  const [first] = ready;
  const other = projects.find((id) => first && id !== first.project);
  const calm = start + 2 * DAY;
  const end = calm + 2 * policy.soak + 5 * DAY;
  // It is due at once, and does not expire within the seed, so that no expiry decides anything.
  const expiresAt = start + policy.leadTime - HOUR;
  if (!first || !other || expiresAt <= end + policy.safetyMargin) return null;
  const { anchor } = first.running;
  const lasting = end + 2 * policy.leadTime;
  const isStaged = chance.happens(0.5);
  const isRotated = chance.happens(0.3);
  const isMended = !isRotated && chance.happens(0.4);
  const at = start + chance.pick([5, chance.between(2 * MINUTE, HOUR), chance.between(HOUR, 2 * DAY)]);
  const misplaced: ScenarioClient = {
    ...first,
    staged: isStaged ? first.staged : null,
    ...(!isRotated && { keyOf: other }),
  };
  const neighbour = { ...first, name: `${first.name}-beside`, project: other };
  const own = { ...first, name: `${first.name}-own` };
  const rotation: ScenarioEvent = {
    ...{ id: `rotate ${first.name}`, at, kind: 'rotate', client: first.name },
    ...(isRotated && { keyOf: other }),
  };
  const activeIn = [first.project, other, ...(chance.happens(0.3) ? [ORGANIZATION] : [])];
  const emergency = { mode: 'emergency' as const, anchors: [anchor], reason: 'its key leaked' };
  const story: StoryBeside & Pick<Scenario, 'anchors'> = {
    ...{ calm, end },
    anchors: anchors.flatMap((one) => {
      if (one.id === anchor) return { ...one, expiresAt, activeIn };
      return one.id === first.staged?.anchor ? { ...one, expiresAt: Math.max(one.expiresAt, lasting) } : [];
    }),
    clients: [misplaced, neighbour, ...(chance.happens(0.5) ? [own] : [])],
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    ...(chance.happens(0.2) && { areProjectsUntold: true }),
    events: [
      { id: 'run', at: start + 10, kind: 'run', request: chance.happens(0.25) ? emergency : {} },
      ...(isRotated || isMended ? [rotation] : []),
    ],
  };
  return troubleBesideAnotherKey(seed, story, { misplaced, other, begins: start + 10 });
}
