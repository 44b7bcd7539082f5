import { type Chance, chanceAt } from '../chance/chance.ts';
import type { Scenario, ScenarioAnchor, ScenarioClient, ScenarioLeaf } from './scenario.ts';

const [HOUR, DAY] = [3_600, 86_400];

type Around = {
  line: readonly ScenarioAnchor[];
  anchors: readonly ScenarioAnchor[];
  start: number;
  chance: Chance;
};

/**
 * Varies, in a share of seeds, clients so that their leaves, chains and configuration are not
 * what an operator would expect.
 */
export function variedClients(
  seed: number,
  clients: readonly ScenarioClient[],
  { anchors, start }: Pick<Scenario, 'anchors' | 'start'>,
): ScenarioClient[] {
  const chance = chanceAt(seed, 'varied clients');
  if (!chance.happens(0.4)) return [...clients];
  return clients.map((client) => {
    if (!chance.happens(0.4)) return client;
    const { line: name } = anchors.find(({ id }) => id === client.running.anchor) ?? {};
    const line = anchors.filter((anchor) => anchor.line === name && !anchor.later);
    const varied = chance.pick(variations)(client, { line, anchors, start, chance });
    return chance.happens(0.4) ? withAuthority(varied, anchors) : varied;
  });
}

/** The configuration states the authority of the running leaf. */
function withAuthority(client: ScenarioClient, anchors: readonly ScenarioAnchor[]): ScenarioClient {
  const authority = anchors.find(({ id }) => id === client.running.anchor)?.name?.split('@')[0];
  return authority ? { ...client, authority } : client;
}

const variations: readonly ((client: ScenarioClient, around: Around) => ScenarioClient)[] = [
  // Any generation of its line: older than everybody's, or newer.
  (client, { line, chance }) => ({ ...client, running: { ...client.running, anchor: chance.pick(line).id } }),
  // Its secret holds the leaf without the intermediate, so nobody can tell to which anchor it leads.
  (client) => ({ ...client, running: { anchor: client.running.anchor, flaw: 'unplaced' } }),
  (client) => ({ ...client, running: { anchor: client.running.anchor, flaw: 'unplaced' } }),
  // The staged leaf names the successor and its key, but the successor has not signed it.
  (client) => staging(client, ({ anchor }) => ({ anchor, flaw: 'forged' })),
  (client) => staging(client, (leaf) => ({ ...leaf, baggage: true })),
  (client) => ({
    ...staging(client, (leaf) => ({ ...leaf, baggage: true })),
    running: { ...client.running, baggage: true },
  }),
  // The staged leaf ends within days: in the soak, within the margin after it, or later.
  (client, around) => staging(client, (leaf) => ({ ...leaf, until: soon(around) })),
  (client, around) => staging(client, (leaf) => ({ ...leaf, until: soon(around) })),
  (client, around) => ({ ...client, running: { ...client.running, until: soon(around) } }),
  // The old root, or a neighbour's, vouches for the new one, and the client sends that along.
  (client) => staging(client, (leaf) => ({ ...leaf, ...vouched(leaf, client.running.anchor) })),
  (client, { anchors, chance }) => ({
    ...client,
    running: { ...client.running, ...vouched(client.running, chance.pick(anchors).id) },
  }),
  // Its project is archived, or never existed.
  (client) => ({ ...client, project: GONE }),
];

/** A project that does not exist. */
export const GONE = 'proj_gone';

const staging = (client: ScenarioClient, change: (leaf: ScenarioLeaf) => ScenarioLeaf): ScenarioClient =>
  client.staged && !client.staged.flaw ? { ...client, staged: change(client.staged) } : client;

const vouched = ({ anchor }: ScenarioLeaf, by: string): { by?: string } => (by === anchor ? {} : { by });

/** A time within days, rounded to six hours so that few certificates have to be made. */
const soon = ({ start, chance }: Around): number =>
  Math.floor((start + chance.between(1, 12) * DAY) / (6 * HOUR)) * 6 * HOUR;
