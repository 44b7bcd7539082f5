import { chanceAt } from '../../simulation/chance/chance.ts';
import type { ScenarioClient, ScenarioLeaf } from '../../simulation/organizations/scenario.ts';

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

const isPlain = ({ flaw, by, until, baggage }: ScenarioLeaf): boolean => !flaw && !by && !until && !baggage;
