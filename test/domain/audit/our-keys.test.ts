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
