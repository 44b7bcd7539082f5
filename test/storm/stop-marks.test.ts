import { expect, it } from 'vitest';
import { synthesizedMachine } from '../../storm/synthesized-machine.ts';
import { tellSeed } from '../../storm/tell-seed.ts';

it('marks a run to begin no other scope, and whatever becomes of it, the next one finishes the job (I11)', async () => {
  const machine = await synthesizedMachine();
  // In the first seed the run is stopped for good in the overlap. In the second the stop is taken back while
  // scopes still have to begin.
  for (const seed of [152, 87]) {
    const { eventLog, judgement } = await tellSeed(seed, machine);
    const refused = eventLog.filter((event) => event.what === 'failed' && event.error === 'Stopped');
    expect(refused.length).toBeGreaterThan(0);
    expect(judgement.findings).toEqual([]);
  }
});
