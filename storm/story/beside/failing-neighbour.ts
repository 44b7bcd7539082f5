import { chanceAt } from '../../../simulation/chance/chance.ts';
import type {
  Scenario,
  ScenarioAnchor,
  ScenarioClient,
  ScenarioLeaf,
} from '../../../simulation/organizations/scenario.ts';
import { GONE } from '../../../simulation/organizations/varied-clients.ts';

const DAY = 86_400;

type Told = Pick<Scenario, 'anchors' | 'clients' | 'events' | 'policy' | 'calm' | 'end'>;

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. An emergency names
 * an anchor before anything else begins. The client that has to move never answers, since its API key is
 * revoked. Another line ends in two to three days, and its clients are ready (I17).
 */
export function failingNeighbour(
  seed: number,
  told: Pick<Scenario, 'anchors' | 'clients' | 'policy' | 'start'>,
): Told | null {
  const chance = chanceAt(seed, 'failing neighbour');
  if (!chance.happens(0.1)) return null;
  const { anchors, clients, policy, start } = told;
  const ready = clients.filter((one) => isReady(one, told));
  const silent = ready.find(({ keyless }) => !keyless);
  const other = ready.find((one) => silent && lineOf(one, anchors) !== lineOf(silent, anchors));
  if (!silent || !other) return null;
  const expiresAt = start + 2 * DAY + chance.between(DAY / 4, DAY / 2);
  // The seed ends soon after that, since what fails is retried every hour.
  const [calm, end] = [start + 3 * DAY, start + 4 * DAY];
  const broken = `revoked ${silent.name}` as const;
  const request = { mode: 'emergency' as const, anchors: [silent.running.anchor], reason: 'its key leaked' };
  return {
    ...{ calm, end },
    anchors: anchors.map((one) => (one.id === other.running.anchor ? { ...one, expiresAt } : one)),
    clients: [silent, ...ready.filter(({ running }) => running.anchor === other.running.anchor)],
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    events: [
      { id: broken, at: start, kind: 'trouble', broken, until: end + DAY },
      { id: 'failing emergency', at: start + 10, kind: 'run', request },
    ],
  };
}

/** The line of a client, by the anchor that it runs on. */
export const lineOf = ({ running }: ScenarioClient, anchors: readonly ScenarioAnchor[]): string | undefined =>
  known(running, anchors)?.line;

const known = ({ anchor }: ScenarioLeaf, anchors: readonly ScenarioAnchor[]) =>
  anchors.find(({ id }) => id === anchor);

/**
 * Whether a client may be moved from the start and nothing about it is unusual. Its project exists, its two
 * anchors are of one authority by name, and its staged leaf is sound.
 */
export function isReady(
  { project, running, staged }: ScenarioClient,
  { anchors, start }: Pick<Scenario, 'anchors' | 'start'>,
): boolean {
  if (project === GONE || !staged || [running, staged].some(({ flaw, until, by }) => flaw || until || by))
    return false;
  const both = [known(running, anchors), known(staged, anchors)];
  return both.every(
    (one) => one?.name && !one.later && !one.twin && !one.bundled && !one.renewed && one.validAt <= start,
  );
}
