import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { type Chance, chanceAt } from '../../../../simulation/chance/chance.ts';
import type {
  ScenarioAnchor,
  ScenarioClient,
  ScenarioEvent,
} from '../../../../simulation/organizations/scenario.ts';
import { isReady, lineOf } from '../ready-clients.ts';
import type { Around, StoryBeside } from '../story-beside.ts';
import { lasting } from './leak-in.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. An anchor has
 * leaked, and one of its clients is outside before its new leaf comes or before a run comes. Either a person
 * has deactivated the anchor by hand, before or after the emergency that names it. Or an emergency was
 * allowed to leave that client behind. In some of these seeds nothing else is active there, so mutual TLS is
 * off (F8).
 */
export function cutByHand(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'a cut by hand');
  if (!chance.happens(0.4)) return null;
  const ready = around.clients.filter((one) => isReady(one, around) && !one.keyless);
  const [first] = ready.filter(({ project }) => around.projects.includes(project));
  const leaked = around.anchors.find(({ id }) => id === first?.running.anchor);
  const next = around.anchors.find(({ id }) => id === first?.staged?.anchor);
  if (!first?.staged || !leaked || !next) return null;
  const { policy, start } = around;
  const scope = chance.happens(0.3) ? ORGANIZATION : first.project;
  const isLeftBehind = chance.happens(0.3);
  const calm = start + DAY;
  const late = { ...first, staged: isLeftBehind || chance.happens(0.4) ? null : first.staged };
  const beside = isLeftBehind ? [{ ...first, name: `${first.name}-ready` }] : [];
  const others = isLeftBehind || chance.happens(0.6) ? enforcing(first, around) : null;
  // The person has also activated the successor beside it, as somebody who cuts in haste may do first.
  const isNextActive = chance.happens(0.4);
  const scopesOf = new Map([
    [leaked.id, [scope]],
    [next.id, isNextActive && !isLeftBehind ? [scope] : []],
    ...(others ? [[others.anchor.id, [scope]] as const] : []),
  ]);
  const left = lasting({ leaked, clients: [first] }, around).anchors;
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY },
    anchors: left.map((one) => ({ ...one, activeIn: scopesOf.get(one.id) ?? [] })),
    clients: [late, ...beside, ...(others ? [others.client] : [])],
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    events: eventsOf(chance, {
      ...{ start, scope, leaked: leaked.id, isAfter: chanceAt(seed, 'told before it').happens(0.4) },
      ...(isLeftBehind && { leftBehind: first.name }),
      ...(late.staged === null && { late: { client: first.name, leaf: first.staged } }),
    }),
  };
}

/** An anchor of another line that keeps the scope enforcing, and a client of it. */
function enforcing(
  first: ScenarioClient,
  { anchors, start }: Around,
): { anchor: ScenarioAnchor; client: ScenarioClient } | null {
  const anchor = anchors.find(
    ({ line, validAt, expiresAt, later, twin, filter }) =>
      line !== lineOf(first, anchors) &&
      ![validAt > start, expiresAt < start + 60 * DAY, later, twin, filter].some(Boolean),
  );
  if (!anchor) return null;
  return {
    anchor,
    client: { name: 'other', project: first.project, running: { anchor: anchor.id }, staged: null },
  };
}

/**
 * The events: a cut by hand unless a client is left behind, the emergency, the leaf that comes later, and a
 * manual run. `isAfter` means that an earlier emergency has already reported the client as not ready.
 */
function eventsOf(
  chance: Chance,
  about: {
    start: number;
    scope: string;
    leaked: string;
    isAfter: boolean;
    leftBehind?: string;
    late?: Pick<ScenarioEvent & { kind: 'stage' }, 'client' | 'leaf'>;
  },
): ScenarioEvent[] {
  const { start, scope, leaked, isAfter, leftBehind, late } = about;
  const firedAt = start + HOUR;
  const leaveBehind = leftBehind ? { leaveBehind: [leftBehind] } : {};
  const named = { mode: 'emergency' as const, anchors: [leaked], reason: 'its key leaked' };
  const request = { ...named, ...leaveBehind };
  const before = chance.between(MINUTE, 20 * MINUTE);
  const first = { id: 'emergency before it', at: firedAt - 40 * MINUTE, kind: 'run' as const };
  const byHand = { mode: 'manual' as const, reason: 'by hand' };
  return [
    ...(isAfter ? [{ ...first, request: named }] : []),
    ...(leftBehind
      ? []
      : [{ id: 'cut by hand', at: firedAt - before, kind: 'distrust' as const, anchor: leaked, scope }]),
    { id: 'emergency after it', at: firedAt, kind: 'run', request },
    ...(late ? [{ id: 'leaf after it', at: firedAt + HOUR, kind: 'stage' as const, ...late }] : []),
    ...(chance.happens(0.7)
      ? [{ id: 'run after it', at: firedAt + 2 * HOUR, kind: 'run' as const, request: byHand }]
      : []),
  ];
}
