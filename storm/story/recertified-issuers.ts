import { chanceAt } from '../../simulation/chance/chance.ts';
import type { ScenarioClient, ScenarioEvent, ScenarioLeaf } from '../../simulation/organizations/scenario.ts';

/**
 * In a share of the seeds the CAs that issue for some clients are moved below the next root, which certifies
 * them. What is staged for those clients is the same leaf that they run on, and only the chain is different.
 */
export function recertifiedIssuers(seed: number, clients: readonly ScenarioClient[]): ScenarioClient[] {
  const chance = chanceAt(seed, 'recertified issuers');
  if (!chance.happens(0.08)) return [...clients];
  return clients.map((client) => {
    const { running, staged } = client;
    const isMoved = chance.happens(0.6) && staged !== null && running.anchor !== staged.anchor;
    if (!isMoved || !isPlain(running) || !isPlain(staged)) return client;
    return {
      ...client,
      running: { anchor: running.anchor, intermediate: true },
      staged: { anchor: staged.anchor, intermediate: true, sameAs: running.anchor },
    };
  });
}

/**
 * In such an organization many emergencies say that the issuing CA's key leaked, since its root is offline.
 * In half of the stories there is one more emergency.
 */
export function withLeakedIssuers(
  seed: number,
  clients: readonly ScenarioClient[],
  events: readonly ScenarioEvent[],
  { start, calm }: { start: number; calm: number },
): ScenarioEvent[] {
  const chance = chanceAt(seed, 'leaked issuers');
  if (!clients.some(({ staged }) => staged?.sameAs)) return [...events];
  const leaked = events.map(
    (event): ScenarioEvent =>
      event.kind === 'emergency' && chance.happens(0.6) ? { ...event, issuers: true } : event,
  );
  if (!chance.happens(0.5)) return leaked;
  const at = chance.between(start + HOUR, calm - HOUR);
  return [...leaked, { id: 'issuer leaked', at, kind: 'emergency', issuers: true }];
}

const HOUR = 3_600;

const isPlain = ({ flaw, by, until, baggage }: ScenarioLeaf): boolean => !flaw && !by && !until && !baggage;
