import { chanceAt } from '../../simulation/chance/chance.ts';
import type { ScenarioClient, ScenarioEvent, ScenarioLeaf } from '../../simulation/organizations/scenario.ts';

/**
 * In a share of the seeds the CAs that issue for some clients are moved below the next root by a certificate of that one: what is staged
 * for those is the very leaf that they run on, and only the chain is another.
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

/** Of the emergencies in such an organization many say that the issuing CA's key leaked, since its root is offline; in half of the stories there is one more. */
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
