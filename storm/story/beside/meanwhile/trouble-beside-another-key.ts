import type { Request } from '../../../../lambdas/domain/request.ts';
import { chanceAt } from '../../../../simulation/chance/chance.ts';
import type {
  Scenario,
  ScenarioAnchor,
  ScenarioClient,
  ScenarioEvent,
} from '../../../../simulation/organizations/scenario.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

type Told = Pick<Scenario, 'anchors' | 'clients' | 'events' | 'end'>;

/** The client whose key is of another project, that project, and when the first run begins. */
type About = { misplaced: ScenarioClient; other: string; begins: number };

/**
 * Adds one more trouble in half of the seeds with a client whose API key is of another project. The two
 * projects have different generations of the line, and the client runs on the other project's. Or nothing can
 * be activated in its own project, so that the look there does not come about. Or the client's running leaf
 * cannot be read while it is looked at. Or its leaf has ended, so that it loses nothing. Or an emergency is
 * allowed to leave it behind.
 */
export function troubleBesideAnotherKey<T extends Told>(seed: number, told: T, about: About): T {
  const chance = chanceAt(seed, 'trouble beside a key of another');
  if (chance.happens(0.5)) return told;
  const trouble = chance.pick([otherGeneration, downAtFirst, downAtFirst, unreadAtFirst, ended, leftBehind]);
  return { ...told, ...trouble(told, { ...about, seconds: chance.between(1, 9) }) };
}

type Aside = About & { seconds: number };
type Emergency = Extract<Request, { mode: 'emergency' }>;

/**
 * The client's own project moves off the generation that all clients were to move to. All are now to move to
 * the one after it.
 */
function otherGeneration(
  { anchors, clients, events, end }: Told,
  { misplaced, other }: Aside,
): Partial<Told> {
  const old = anchors.find(({ id }) => id === misplaced.running.anchor);
  const beside = clients.find(({ project }) => project === other);
  const between = anchors.find(({ id }) => id === beside?.staged?.anchor);
  if (!old || !beside || !between) return {};
  const generation = between.generation + 9;
  const next: ScenarioAnchor = {
    ...{ ...between, id: `${between.id}_next`, name: `${between.line}@${generation}`, generation },
    ...{ activeIn: [], expiresAt: end + 400 * DAY },
  };
  const [running, staged] = [{ anchor: between.id }, { anchor: next.id }];
  return {
    anchors: [
      { ...old, activeIn: old.activeIn.filter((scope) => scope !== misplaced.project) },
      { ...between, activeIn: [misplaced.project], expiresAt: old.expiresAt },
      next,
    ],
    clients: [
      ...clients.flatMap((one) => {
        if (one.name === misplaced.name) return { ...one, staged: one.staged && staged };
        return one.project === other ? { ...one, staged } : [];
      }),
      { ...beside, name: `${misplaced.name}-own`, project: misplaced.project, running, staged },
    ],
    events: events.map((one) =>
      asEmergency(one, (request) => ({ ...request, anchors: [old.id, between.id] })),
    ),
  };
}

/** Nothing can be activated in the client's own project, while the other project goes on. */
const downAtFirst = ({ events }: Told, { misplaced, begins }: Aside): Partial<Told> => ({
  events: [
    ...events,
    {
      ...{ id: `down ${misplaced.project}`, at: begins - MINUTE, kind: 'outage' },
      ...{ ops: ['activate'], scope: misplaced.project, until: begins + 5 * HOUR },
    },
  ],
});

/** The client's running leaf cannot be read, from some seconds after the first run has begun, for an hour. */
const unreadAtFirst = ({ events }: Told, { misplaced, begins, seconds }: Aside): Partial<Told> => ({
  events: [
    ...events,
    {
      ...{ id: `denied ${misplaced.name}`, at: begins + seconds, kind: 'trouble' },
      ...{ broken: `denied ${misplaced.name} AWSCURRENT`, until: begins + HOUR },
    },
  ],
});

/**
 * The client's running leaf ended days ago. In about half of these seeds the run is an emergency, which does
 * not wait for it.
 */
const ended = ({ clients, events }: Told, { misplaced, begins, seconds }: Aside): Partial<Told> => ({
  clients: clients.map((one) =>
    one.name === misplaced.name ? { ...one, running: { ...one.running, until: begins - 2 * DAY } } : one,
  ),
  ...(seconds > 4 && { events: asEmergencies(events, misplaced) }),
});

/** The run is an emergency, and a person has allowed it to lock the client out. */
const leftBehind = ({ events }: Told, { misplaced }: Aside): Partial<Told> => ({
  events: asEmergencies(events, misplaced, { leaveBehind: [misplaced.name] }),
});

/** Turns each run into an emergency: the anchor that the client runs on has leaked. */
function asEmergencies(
  events: readonly ScenarioEvent[],
  { running }: ScenarioClient,
  allowed: Pick<Emergency, 'leaveBehind'> = {},
): ScenarioEvent[] {
  const anchors = [running.anchor];
  const request: Emergency = { mode: 'emergency', anchors, reason: 'its key leaked', ...allowed };
  return events.map((one) => (one.kind === 'run' ? { ...one, request } : one));
}

/** Changes an event's request when it is an emergency. */
const asEmergency = (event: ScenarioEvent, changed: (request: Emergency) => Emergency): ScenarioEvent =>
  event.kind === 'run' && 'mode' in event.request && event.request.mode === 'emergency'
    ? { ...event, request: changed(event.request) }
    : event;
