import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Broken } from '../../simulation/in-process/world.ts';
import type { Scenario, ScenarioEvent } from '../../simulation/organizations/scenario.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

const PERMISSIONS = ['api.mtls.read', 'api.mtls.write', 'the listing of projects'] as const;

/**
 * What people break and repair before the calm begins, each thing once. Calls to it are refused, not only
 * late.
 */
export function troublesOf(
  seed: number,
  { projects, clients }: Pick<Scenario, 'projects' | 'clients'>,
  { start, calm }: { start: number; calm: number },
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'troubles');
  if (!chance.happens(0.3)) return [];
  const days = Math.floor((calm - start) / DAY);
  const secret = (): Broken => {
    const { name } = chance.pick(clients);
    return `${chance.pick(['missing', 'undecipherable', 'denied'] as const)} ${name}`;
  };
  const garbled = (): Broken => `garbled ${chance.pick(clients).name}`;
  const things: (() => Broken)[] = [
    () => 'admin key',
    () => `without ${chance.pick(PERMISSIONS)}`,
    () => `project ${chance.pick(projects)}`,
    secret,
    secret,
    garbled,
  ];
  const troubles = Array.from(
    { length: chance.between(1, 3) },
    (_, i): ScenarioEvent & { broken: Broken } => {
      const broken = chance.pick(things)();
      // Mostly while a rotation is at work: it begins a minute after the day's start, and cuts when its soak
      // is over.
      const at = chance.happens(0.5)
        ? start + chance.between(0, days - 1) * DAY + 60 + chance.between(0, 10 * MINUTE)
        : chance.between(start, calm - HOUR);
      const until = Math.min(calm, at + chance.pick([5 * MINUTE, HOUR, 20 * HOUR, 60 * HOUR]));
      return { id: `trouble ${i + 1}`, at, kind: 'trouble', broken, until };
    },
  );
  return [...new Map(troubles.map((trouble) => [trouble.broken, trouble])).values()];
}

/**
 * Anchors that the API neither activates nor deactivates for hours or days, even alone in a call (F2, I17).
 */
export function stuckAnchorsOf(
  seed: number,
  anchors: Scenario['anchors'],
  { start, calm }: { start: number; calm: number },
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'stuck anchors');
  if (!chance.happens(0.15)) return [];
  return chance.some(anchors, 0.4).map(({ id }): ScenarioEvent => {
    const at = chance.happens(0.5) ? start : chance.between(start, calm - HOUR);
    const until = Math.min(calm, at + chance.pick([5 * HOUR, 20 * HOUR, 10 * DAY]));
    return { id: `stuck ${id}`, at, kind: 'trouble', broken: `stuck ${id}`, until };
  });
}

/**
 * A person deletes the client list from the deployments' bucket, or forbids its reading, until the next
 * deployment. No plan can be made meanwhile.
 */
export function lostListOf(seed: number, { start, calm }: { start: number; calm: number }): ScenarioEvent[] {
  const chance = chanceAt(seed, 'client list');
  if (!chance.happens(0.08)) return [];
  const days = Math.floor((calm - start) / DAY);
  const at = start + chance.between(0, days - 1) * DAY + chance.between(0, 10 * MINUTE);
  const until = Math.min(calm, at + chance.pick([MINUTE, HOUR, 20 * HOUR, 60 * HOUR]));
  return [{ id: 'lost list', at, kind: 'trouble', broken: 'client list', until }];
}

/** Secrets that can never be read and are never repaired. Each is only its own client's fault (I17). */
export function brokenSecretsOf(
  seed: number,
  clients: Scenario['clients'],
  { start, end }: { start: number; end: number },
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'broken secrets');
  if (!chance.happens(0.15)) return [];
  return chance.some(clients, 0.3).map(({ name }): ScenarioEvent => {
    const broken: Broken = chance.happens(0.5) ? `garbled ${name}` : `missing ${name}`;
    return { id: `broken ${name}`, at: start, kind: 'trouble', broken, until: end + DAY };
  });
}

/**
 * One or two clients whose API keys were revoked one day and not replaced, so that no host says anything
 * about their leaves. Mostly they share an anchor with neighbours, which must not wait for them (I17).
 */
export function silentClientsOf(
  seed: number,
  clients: Scenario['clients'],
  { start, calm, end }: { start: number; calm: number; end: number },
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'silent client');
  const keyed = clients.filter(({ keyless }) => !keyless);
  if (keyed.length === 0 || !chance.happens(0.2)) return [];
  const sharing = keyed.filter(
    ({ name, running, staged }) =>
      staged && clients.some((one) => one.name !== name && one.running?.anchor === running?.anchor),
  );
  const whom = () => chance.pick(sharing.length > 0 && chance.happens(0.8) ? sharing : keyed).name;
  const first = whom();
  const at = chance.happens(0.6) ? start : chance.between(start, calm - HOUR);
  const silent = new Set([first, ...(chance.happens(0.5) ? [whom()] : [])]);
  return [...silent].map((name): ScenarioEvent => {
    const broken: Broken = `revoked ${name}`;
    return { id: `silent ${name}`, at, kind: 'trouble', broken, until: end + DAY };
  });
}
