import { type Chance, chanceAt } from '../../simulation/chance/chance.ts';
import type { Allowed, Scenario, ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { GONE } from '../../simulation/organizations/varied-clients.ts';

const [HOUR, DAY] = [3_600, 86_400];

type Times = { start: number; calm: number; end: number };
type Named = Pick<Scenario, 'projects' | 'clients'>;

/**
 * Adds, in a share of the seeds, what emergencies may do to clients and to proofs, sometimes with a name that
 * does not exist. Also adds one more emergency, and often a client whose API key is revoked for good (I6).
 */
export function withAllowances(
  seed: number,
  events: readonly ScenarioEvent[],
  named: Named,
  { start, calm, end }: Times,
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'what is allowed');
  if (!chance.happens(0.15)) return [...events];
  const revoked = named.clients.filter(({ keyless }) => !keyless);
  const silent = revoked.length > 0 && chance.happens(0.5) ? [chance.pick(revoked).name] : [];
  const allowing = events.map((event): ScenarioEvent => {
    const isAllowed = event.kind === 'emergency' && chance.happens(0.7);
    return isAllowed ? { ...event, allowed: allowedOf(chance, named, silent) } : event;
  });
  return [
    ...allowing,
    {
      ...{ id: 'allowed', kind: 'emergency', at: chance.between(start + HOUR, calm - HOUR) },
      allowed: allowedOf(chance, named, silent),
    },
    ...silent.map((name): ScenarioEvent => {
      const broken = `revoked ${name}` as const;
      return { id: broken, at: start, kind: 'trouble', broken, until: end + DAY };
    }),
  ];
}

function allowedOf(chance: Chance, { projects, clients }: Named, silent: readonly string[]): Allowed {
  const names = clients.map(({ name }) => name);
  const leaveBehind = [
    ...chance.some(names, 0.2),
    ...silent.filter(() => chance.happens(0.4)),
    ...(chance.happens(0.08) ? ['nobody'] : []),
  ];
  const scopes = [
    ...chance.some([...projects, 'organization'], 0.4),
    ...(chance.happens(0.08) ? [GONE] : []),
  ];
  const onListing = chance.happens(0.5) ? ('all' as const) : scopes;
  return {
    ...(leaveBehind.length > 0 && { leaveBehind: [...new Set(leaveBehind)] }),
    ...(onListing.length > 0 && { onListing }),
  };
}
