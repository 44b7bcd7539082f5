import { expect, it } from 'vitest';
import { resolveDefinition } from '../../../lib/definition.ts';
import { fails, type Input, rotating, rotation, run } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { definition } = resolveDefinition(synthesized().templateOf('globex'));

/** Lambda throttles for ten minutes, because other functions use all executions of the account. */
const MINUTES = 10;

it('I16, rule 6: the step by which another run comes within minutes after an emergency has halted is not given up for a throttle of ten minutes', async () => {
  const asked: Input[] = [];
  let attempts = 0;
  // The waits of the machine's own retries: 2, 4, 8, … seconds, and a minute at the most.
  const waits = (n: number) =>
    Array.from({ length: n }, (_, i) => Math.min(2 ** (i + 1), 60)).reduce((a, b) => a + b, 0);
  const { error } = await run(
    definition,
    rotating({
      Plan: () => ({ ...rotation, mode: 'emergency', atOnce: true }),
      'Open everything': fails('ManifestChanged'),
      'Release after a halt': (input) => {
        if (waits(attempts++) < MINUTES * 60)
          throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
        asked.push(input);
        return { outcome: 'halted' };
      },
    }),
    { mode: 'emergency', anchors: ['cert_old'], reason: 'its key leaked' },
  );
  expect(error).toBe('ManifestChanged');
  expect(asked.length, `Release was given up after ${attempts} attempts`).toBe(1);
});
