import { chanceAt } from '../../simulation/chance/chance.ts';
import type {
  ScenarioAnchor,
  ScenarioClient,
  ScenarioEvent,
} from '../../simulation/organizations/scenario.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

type Story = { clients: ScenarioClient[]; events: ScenarioEvent[] };
/**
 * `isQuiet`: nothing else goes wrong, because other trouble would mostly prevent this. `isRelievedAtACut`:
 * the missing leaf is staged right after a rotation has made a cut, before it is confirmed.
 */
type Told = Story & { isQuiet: boolean; isRelievedAtACut?: boolean };

/**
 * In a share of the seeds an emergency names an anchor of which a client has nothing to move to, while
 * another line is due. A person stages the leaf hours or days later, mostly while a later rotation soaks, and
 * may start a run (I16). In some seeds the API refuses the admin key for a while before that, so that a look
 * fails. `lead` is in seconds.
 */
export function unreadyClients(
  seed: number,
  { clients, events }: Story,
  {
    anchors,
    lead,
    start,
    calm,
  }: { anchors: readonly ScenarioAnchor[]; lead: number; start: number; calm: number },
): Told {
  const chance = chanceAt(seed, 'unready clients');
  const anchorOf = ({ running }: ScenarioClient) => anchors.find(({ id }) => id === running.anchor);
  const ready = clients.filter(({ running, staged }) => staged !== null && !staged.flaw && !running.flaw);
  const due = ready.filter((one) => (anchorOf(one)?.expiresAt ?? calm) - lead <= start);
  const beside = ready.filter((one) => due.some((other) => anchorOf(other)?.line !== anchorOf(one)?.line));
  if (!chance.happens(0.2) || beside.length === 0) return { clients, events, isQuiet: false };
  const { name, running } = chance.pick(beside);
  // Early, while the other due line has not been rotated yet.
  const at = start + chance.pick([0, 0, 1]) * DAY + chance.between(5 * MINUTE, HOUR);
  const isRelievedAtACut = chanceAt(seed, 'relieved at a cut').happens(0.4);
  const mended = isRelievedAtACut
    ? calm - HOUR
    : Math.min(calm - HOUR, at + chance.between(HOUR, chance.pick([6, 24, 48]) * HOUR));
  const emergency = { mode: 'emergency' as const, anchors: [running.anchor], reason: 'its key leaked' };
  const manual = { mode: 'manual' as const, reason: 'what was missing is staged' };
  const isAsked = chance.happens(0.5);
  const isQuiet = chance.happens(0.6) || isRelievedAtACut;
  const refused = at + chance.between(6 * MINUTE, 20 * MINUTE);
  const until = Math.min(mended, refused + chance.between(10 * MINUTE, 2 * HOUR));
  const isRefused = chance.happens(0.3);
  return {
    isQuiet,
    ...(isRelievedAtACut && { isRelievedAtACut }),
    clients: clients.map((one) => (one.name === name ? { ...one, staged: null } : one)),
    events: [
      ...events.filter(({ id }) => id !== `stage ${name}`),
      { id: 'unready emergency', at, kind: 'run', request: emergency },
      ...(isRefused
        ? [
            {
              id: 'unready trouble',
              at: refused,
              kind: 'trouble' as const,
              broken: 'admin key' as const,
              until,
            },
          ]
        : []),
      { id: 'relief', at: mended, kind: 'relief' },
      ...(isAsked
        ? [{ id: 'run after relief', at: mended + 10 * MINUTE, kind: 'run' as const, request: manual }]
        : []),
    ],
  };
}
