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
function chosenFor(days: number, failingFor?: number): string[] {
  const ready = ['acme', 'globex'].map((authority) => pairOf(authority, days));
  const ids = ready.map(({ retiring }) => retiring.anchorId);
  const failingSince = failingFor === undefined ? {} : { failingSince: instant(NOW - failingFor) };
  const facts = {
    inventory: inventoryOf(
      ready.flatMap(({ retiring, successor }) => [retiring, successor]),
      { proj_a: ids },
    ),
    ...{ policy: policyOf(), request: { mode: 'scheduled' as const, ...failingSince }, now: NOW },
  };
  return chooseSuccessions({ ready, resumed: [] }, facts).chosen.map(({ authority }) => authority ?? '');
}

it('I17: after a halt, lines that share a scope and cannot wait are tried one after the other', () => {
  expect(chosenFor(3)).toEqual(['acme', 'globex']);
  const tries = [0, 10, 30].map((minutes) => chosenFor(3, minutes * 60));
  expect(new Set(tries.map((chosen) => chosen.length))).toEqual(new Set([1]));
  expect(new Set(tries.flat())).toEqual(new Set(['acme', 'globex']));
});

it('with time to wait they go on together', () => {
  expect(chosenFor(25, 5 * HOUR)).toEqual(['acme', 'globex']);
});
