import { chanceAt } from '../../simulation/chance/chance.ts';
import type { ScenarioClient } from '../../simulation/organizations/scenario.ts';

/**
 * In a share of the seeds in which no host is asked, a staged leaf was issued by a CA for servers only. Its
 * signatures lead to the successor, but no host would let it in (I19). When hosts are asked, a probe shows
 * that by itself.
 */
export function issuedForServers(
  seed: number,
  clients: readonly ScenarioClient[],
  evidence: 'probe' | 'listing',
): ScenarioClient[] {
  const chance = chanceAt(seed, 'issued for servers');
  const ready = clients.filter(({ running, staged }) => staged && !running.flaw);
  if (evidence === 'probe' || ready.length === 0 || !chance.happens(0.4)) return [...clients];
  const { name } = chance.pick(ready);
  return clients.map((one) =>
    one.name === name && one.staged
      ? { ...one, staged: { anchor: one.staged.anchor, flaw: 'forServers' as const } }
      : one,
  );
}
