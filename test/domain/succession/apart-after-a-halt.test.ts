import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { chooseSuccessions } from '../../../lambdas/domain/succession/choose.ts';
import { anchor, inventoryOf, NOW, policyOf } from '../organizations.ts';

const HOUR = 3_600;
const pairOf = (authority: string, days: number) => ({
  ...{ authority, scopes: ['proj_a'] },
  retiring: anchor(`cert_${authority}0`, `${authority}@0`, days, true),
  successor: anchor(`cert_${authority}1`, `${authority}@1`, 400),
});

/** Returns the lines that a run goes for, with two due lines in one project. */
function chosenFor(days: number, turn?: number): string[] {
  const ready = ['acme', 'globex'].map((authority) => pairOf(authority, days));
  const ids = ready.map(({ retiring }) => retiring.anchorId);
  const failing = turn === undefined ? {} : { failingSince: instant(NOW - HOUR) };
  const facts = {
    inventory: inventoryOf(
      ready.flatMap(({ retiring, successor }) => [retiring, successor]),
      { proj_a: ids },
    ),
    ...{ policy: policyOf(), request: { mode: 'scheduled' as const, ...failing }, now: NOW },
    ...(turn !== undefined && { turn }),
  };
  return chooseSuccessions({ ready, resumed: [] }, facts).chosen.map(({ authority }) => authority ?? '');
}

it('I17: after a halt, lines that share a scope and cannot wait are tried one after the other', () => {
  expect(chosenFor(3)).toEqual(['acme', 'globex']);
  // Each run has a lease of its own; or every other one is for something compromised.
  for (const turns of [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [1, 3, 5, 7],
    [2, 4, 6, 8],
  ]) {
    const tried = turns.map((turn) => chosenFor(3, turn).join());
    expect(new Set(tried)).toEqual(new Set(['acme', 'globex']));
    // Nobody waits for more than two runs of another.
    expect(
      tried.filter((_, at) => at >= 2 && tried[at] === tried[at - 1] && tried[at] === tried[at - 2]),
    ).toEqual([]);
  }
});

it('with time to wait they go on together', () => {
  expect(chosenFor(25, 5)).toEqual(['acme', 'globex']);
});
