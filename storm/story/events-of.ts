import { chanceAt } from '../../simulation/chance/chance.ts';
import {
  type Deed,
  outsiderDeeds,
  type ScenarioAnchor,
  type ScenarioEvent,
} from '../../simulation/organizations/scenario.ts';
import { type CallOp, outages } from '../../simulation/world/fault-kinds.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** What people start and break before the calm begins, mostly while a rotation has something to do. */
export function eventsOf(
  seed: number,
  projects: readonly string[],
  { start, calm }: { start: number; calm: number },
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'events');
  const busy = chance.pick([0, 0.5, 1, 2]);
  const days = Math.floor((calm - start) / DAY);
  const moment = (): number => {
    const near = start + chance.between(0, Math.max(0, days - 1)) * DAY;
    if (chance.happens(0.35)) return near + chance.between(0, 10 * MINUTE);
    return chance.happens(0.5) ? near + chance.between(0, 3 * HOUR) : chance.between(start, calm - 1);
  };
  const deeds: Record<string, { usual: number; deed: () => Deed }> = {
    manual: {
      usual: 1,
      deed: () => ({ kind: 'run', request: { mode: 'manual', reason: 'by hand' } }),
    },
    'sweep twice': { usual: 0.4, deed: () => ({ kind: 'run', request: {} }) },
    emergency: { usual: 0.7, deed: () => ({ kind: 'emergency' }) },
    outsider: {
      usual: 1.2,
      deed: () => ({ kind: 'outsider', deed: chance.pick(outsiderDeeds) }),
    },
    kill: { usual: 0.8, deed: () => ({ kind: 'kill' }) },
    outage: {
      usual: 0.4,
      deed: () => ({ kind: 'outage', ops: chance.pick(outages), until: 0 }),
    },
  };
  const events = Object.entries(deeds).flatMap(([name, { usual, deed }]) =>
    Array.from({ length: Math.floor(usual * busy * chance.next() * 2 + 0.5) }, (_, i): ScenarioEvent => {
      const at = moment();
      const made = deed();
      const until = at + chance.pick([10 * MINUTE, HOUR, 5 * HOUR]);
      return { id: `${name} ${i + 1}`, at, ...made, ...(made.kind === 'outage' && { until }) };
    }),
  );
  return [...events, ...outagesOfOne(seed, projects, events)];
}

/** What may be down in one project alone, while everything works in the others. */
const DOWN_IN_ONE: readonly (readonly CallOp[])[] = [['list'], ['activate'], ['deactivate'], ['probe']];

/** During the hours of an emergency, one kind of call keeps failing in one project, and in no other (I16). */
function outagesOfOne(
  seed: number,
  projects: readonly string[],
  events: readonly ScenarioEvent[],
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'one project down');
  return events.flatMap((event): ScenarioEvent[] => {
    if (event.kind !== 'emergency' || !chance.happens(0.4)) return [];
    const until = event.at + chance.pick([HOUR, 5 * HOUR]);
    const [ops, scope] = [chance.pick(DOWN_IN_ONE), chance.pick(projects)];
    return [{ id: `down beside ${event.id}`, at: event.at - MINUTE, kind: 'outage', ops, scope, until }];
  });
}

/** Operators put anchors on hold, and take them off, while rotations are under way. */
export function holdsOf(
  seed: number,
  { anchors, hold }: { anchors: readonly ScenarioAnchor[]; hold: readonly string[] },
  { start, calm }: { start: number; calm: number },
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'holds');
  if (!chance.happens(0.25)) return [];
  // An anchor that is uploaded later cannot be named before: a run would refuse the name.
  const known = anchors.filter(({ later }) => !later).map(({ id }) => id);
  return Array.from({ length: chance.between(1, 3) }, (_, i): ScenarioEvent => {
    const day = start + chance.between(0, Math.floor((calm - start) / DAY) - 1) * DAY;
    const at = chance.happens(0.4)
      ? day + 60 + chance.between(0, 10 * MINUTE)
      : chance.between(start, calm - 1);
    const taken = chance.some(known, 0.25);
    return { id: `hold ${i + 1}`, at, kind: 'hold', hold: chance.happens(0.3) ? [...hold] : taken };
  });
}
