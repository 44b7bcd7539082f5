import { describe, expect, it } from 'vitest';
import type { Succession } from '../../../lambdas/domain/planning/facts.ts';
import { apart, turnOf } from '../../../lambdas/domain/succession/turns.ts';
import { anchor } from '../organizations.ts';

const pairOf = (line: string, scopes: string[]): Succession => ({
  ...{ authority: line, scopes },
  retiring: anchor(`${line}0`, `${line}@0`, 100),
  successor: anchor(`${line}1`, `${line}@1`, 400),
});
const retiringOf = (all: readonly Succession[]) => all.map(({ retiring }) => retiring.anchorId);

describe('compromised anchors that go on after runs for them have halted (I16, I17)', () => {
  const sharing = [pairOf('a', ['proj_a', 'proj_b']), pairOf('b', ['proj_b']), pairOf('c', ['proj_c'])];

  it('go one line after the other where they share a scope, and all others with each of them', () => {
    expect(retiringOf(apart(sharing, 0))).toEqual(['a0', 'c0']);
    expect(retiringOf(apart(sharing, 1))).toEqual(['b0', 'c0']);
    expect(apart([], 5)).toEqual([]);
  });

  it('stay together with what goes to the same successor', () => {
    const [first] = sharing as [Succession];
    const other = { ...first, retiring: anchor('a9', 'a@9', 100) };
    expect(retiringOf(apart([first, other], 3))).toEqual(['a0', 'a9']);
  });
});

it('I17: of what has failed for days each line of each group has its day, also where there are as many groups as lines', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((line) => [pairOf(line, ['proj_a'])]);
  const named = [...(a ?? []), ...(b ?? [])];
  const toCut = { chosen: [...(c ?? []), ...(d ?? [])], cuts: [] };
  const days = [0, 1, 2, 3].map((day) => turnOf({ named, toCut, rest: [] }, day));
  expect(days.flatMap(({ chosen }) => retiringOf(chosen)).toSorted()).toEqual(['a0', 'b0', 'c0', 'd0']);
  expect(days.every(({ isMoreWaiting }) => isMoreWaiting)).toBe(true);
});
