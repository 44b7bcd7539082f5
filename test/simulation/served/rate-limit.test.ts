import { expect, it } from 'vitest';
import { rateLimit } from '../../../simulation/served/rate-limit.ts';

function limited(perMinute: number) {
  let now = 0;
  const limit = rateLimit(perMinute, { now: () => now });
  return {
    pass: (ms: number) => {
      now += ms;
    },
    /** Makes `count` calls at once. Returns how many pass, and when the others are told to come again. */
    call(count: number) {
      const answers = Array.from({ length: count }, limit);
      const refused = answers.filter((answer) => answer !== undefined);
      return {
        passed: count - refused.length,
        after: refused.map(({ headers }) => headers.get('retry-after')),
      };
    },
  };
}

it('lets a second of its limit through at once, and refuses the rest with when to come again', async () => {
  const { call } = limited(600);
  expect(call(12)).toEqual({ passed: 10, after: ['1', '1'] });
});

it('lets through as many a minute as it says, however they come, and saves nothing up', () => {
  const { call, pass } = limited(60);
  let passed = 0;
  for (let second = 0; second < 60; second++) {
    passed += call(5).passed;
    pass(1_000);
  }
  expect(passed).toBe(60);
  pass(600_000);
  expect(call(5).passed).toBe(1);
});

it('says how long a limit below one a second makes wait', () => {
  const { call } = limited(6);
  expect(call(2)).toEqual({ passed: 1, after: ['10'] });
});
