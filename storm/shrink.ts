import { faultRateAddresses } from '../simulation/faults/fault-rates.ts';
import type { EventLog } from '../simulation/log/event-log.ts';
import type { Plant } from './simulate-seed.ts';
import { scenarioOf } from './story/scenario-of.ts';
import type { Synthesized } from './synthesized-machine.ts';
import { type Told, tellSeed } from './tell-seed.ts';

/** How many attempts are made to leave something out. Each is a whole simulation. */
const MOST_ATTEMPTS = 300;

/**
 * Leaves out faults, events and runs while the seed still fails in the same way. Returns the shortest
 * scenario found. What is left still meets the same faults, since a fault depends only on its own address.
 */
export async function shrink(
  seed: number,
  machine: Synthesized,
  make: () => Plant | undefined = () => undefined,
): Promise<{ told: Told; without: ReadonlySet<string>; attempts: number }> {
  let without: ReadonlySet<string> = new Set<string>();
  let told = await tellSeed(seed, machine, { planted: make() });
  const kind = told.judgement.findings[0]?.kind;
  let attempts = 0;
  const fails = async (left: ReadonlySet<string>): Promise<boolean> => {
    if (attempts >= MOST_ATTEMPTS) return false;
    attempts++;
    const next = await tellSeed(seed, machine, { planted: make(), without: left });
    if (!next.judgement.findings.some((finding) => finding.kind === kind)) return false;
    [told, without] = [next, left];
    return true;
  };
  // First all candidates at once, then half of them, and so on down to one at a time.
  for (let size = Number.POSITIVE_INFINITY; size >= 1; size = Math.floor(size / 2)) {
    const candidates = addressesIn(seed, told.eventLog).filter((address) => !without.has(address));
    size = Math.min(size, candidates.length);
    for (let i = 0; i < candidates.length; i += Math.max(1, size))
      await fails(new Set([...without, ...candidates.slice(i, i + size)]));
  }
  return { told, without, attempts };
}

/** Everything that could be left out: events, sweeps, slowness and lateness, and the faults that were met. */
function addressesIn(seed: number, eventLog: EventLog): string[] {
  const scenario = scenarioOf(seed);
  const { events, start, calm } = scenario;
  const sweeps = Array.from({ length: Math.floor((calm - start) / 86_400) }, (_, day) => `sweep ${day + 1}`);
  const faults = eventLog.flatMap((event) => (event.what === 'fault' ? [event.address] : []));
  return [...events.map(({ id }) => id), ...sweeps, ...faultRateAddresses(scenario), ...new Set(faults)];
}
