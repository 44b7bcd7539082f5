import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../lambdas/domain/cause.ts';

const lambda = (errorMessage: string) =>
  JSON.stringify({ errorType: 'ApiRefused', errorMessage, trace: ['at a {b}; c'] });

describe('the words of a cause', () => {
  it.each([
    ['a message as it is', 'no JSON at all; {nor here}', 'no JSON at all; {nor here}'],
    ["Lambda's error", lambda('it was {refused}; so'), 'it was {refused}; so'],
    [
      'an error and what became of the undo',
      `${lambda('refused')}; undo in proj_a: put back old`,
      'refused; undo in proj_a: put back old',
    ],
    [
      'an error in the words behind an error',
      `${lambda('refused')}; the undo did not succeed: ApiUnavailable: ${lambda('503')}`,
      'refused; the undo did not succeed: ApiUnavailable: 503',
    ],
    [
      'the scopes of a wave',
      JSON.stringify([
        { scope: 'proj_a', verdict: 'halted', error: 'X', cause: `${lambda('one')}; undone` },
        { scope: 'proj_b', verdict: 'halted', error: 'Y', cause: 'two' },
      ]),
      'proj_a: X: one; undone | proj_b: Y: two',
    ],
    [
      'the scopes of a wave, and what became of the clients',
      `${JSON.stringify([{ scope: 'proj_a', verdict: 'halted', error: 'X', cause: lambda('one') }])}; clients: Y: ${lambda('two')}`,
      'proj_a: X: one; clients: Y: two',
    ],
  ])('%s', (_what, cause, words) => {
    expect(causeOf(cause)).toBe(words);
  });
});
