import { expect, it } from 'vitest';
import type { Intent } from '../../../lambdas/domain/audit/intents.ts';
import { ourKeys } from '../../../lambdas/domain/audit/our-keys.ts';

const NOW = 1_800_000_000;
const type = 'certificates.activated';
const intent: Intent = { run: 'one', at: NOW, scope: 'proj_a', type, anchors: ['a', 'b', 'c', 'd', 'e'] };
const made = (actor: string, ...anchors: string[]) =>
  anchors.map((anchor, i) => {
    const change = {
      id: `${actor} ${i}`,
      at: NOW + i,
      type,
      scope: 'proj_a',
      anchors: [anchor],
      actor,
      isKey: true,
    };
    return { intent, change };
  });

it('F19: of two keys that did as much of what a run was about to do, nobody can tell which is ours', () => {
  const tied = [...made('key_one', 'a', 'b'), ...made('key_two', 'c', 'd')];
  expect(ourKeys(tied, [])).toEqual([]);
  expect(ourKeys([...tied, ...made('key_two', 'e')], [])).toEqual(['key_two']);
});

/** Returns the changes, made `seconds` later. */
const later = (seconds: number, all: ReturnType<typeof made>) =>
  all.map(({ change, ...one }) => ({
    ...one,
    change: { ...change, id: `${change.id} ${seconds}`, at: change.at + seconds },
  }));

for (const [when, remembered] of [
  ['known', ['key_one']],
  ['seen first', []],
] as const)
  it(`F19: who did most of one cut beside the key that is ${when} is no second key of ours`, () => {
    const activation = { ...intent, run: 'before', at: NOW - 9000 };
    const before = later(-9000, made('key_one', 'f', 'g')).map((one) => ({ ...one, intent: activation }));
    const beside = [...made('key_two', 'a', 'b', 'c'), ...later(2, made('key_one', 'd', 'e'))];
    expect(ourKeys([...before, ...beside], remembered)).toEqual(['key_one']);
    const going = later(700, made('key_two', 'd', 'e'));
    expect(ourKeys([...before, ...beside, ...going], remembered)).toEqual(['key_one', 'key_two']);
  });
