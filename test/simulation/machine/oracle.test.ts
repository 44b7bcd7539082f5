import { describe, expect, it } from 'vitest';
import { comparable, foretold, interpreted } from './oracle/both.ts';
import { catches } from './oracle/catches.ts';
import { choices, rules } from './oracle/choices.ts';
import { differences } from './oracle/differences.ts';
import { intrinsics } from './oracle/intrinsics.ts';
import { maps } from './oracle/maps.ts';
import { payloads } from './oracle/payloads.ts';
import { retries, timeouts } from './oracle/retries.ts';

/** Machines of a few states, by what each shows. */
const small = {
  ...retries,
  ...timeouts,
  ...catches,
  ...payloads,
  ...choices,
  ...rules,
  ...maps,
  ...intrinsics,
};

// Other people have written the library `aws-local-stepfunctions`, from the same documentation.
describe('the interpreter ends as the oracle does', () => {
  it.concurrent.each(Object.entries(small))('%s', async (_, one) => {
    const [mine, theirs] = await Promise.all([interpreted(one), foretold(one)]);
    expect(comparable(mine)).toEqual(comparable(theirs));
  });
});

describe('the oracle is wrong, and the interpreter is right:', () => {
  it.each(Object.entries(differences))('%s', async (_, { small, mine, theirs }) => {
    expect(await interpreted(small)).toMatchObject(mine);
    expect(await foretold(small)).toMatchObject(theirs);
  });
});
