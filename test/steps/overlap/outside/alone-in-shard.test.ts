import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { isInShard } from '../../../../lambdas/domain/cut/shards.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { type SceneClient, scene, scopeInput } from '../../scene.ts';

const WITHOUT = 'subject.common_name != "search"';
const on = (name: string): SceneClient => ({ name, project: 'proj_a', running: { anchor: 'cert_acme0' } });
/**
 * Looks at a scope in one function or in two shards. `search` is refused by both anchors. The client that
 * proves the scope is in the other shard.
 */
async function looked(isInShards: boolean) {
  const shards = [0, 1].map((at) => ({ at, of: 2 }));
  const own = shards.find((one) => isInShard('search', one));
  const other = ['billing', 'ledger', 'stock', 'mail', 'web'].find((name) => !isInShard(name, own)) ?? '';
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: WITHOUT },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', filter: WITHOUT },
    ],
    [on(other), on('search')],
  );
  const { ports } = set;
  const input = scopeInput('one', await set.plan('one'));
  const begin = { beforehand: await verify(ports, { ...input, moment: 'beforehand' }) };
  const activation = await activate(ports, { ...input, begin });
  const ends = [];
  for (const shard of isInShards ? shards : [undefined])
    ends.push(
      await verify(ports, { ...input, begin, activation, moment: 'overlap', shard }).then(
        () => 'well',
        ({ name }) => name,
      ),
    );
  return ends;
}
it('control: in one function', async () => {
  expect(await looked(false)).toEqual(['well']);
});
it('I17, I18: in shards', async () => {
  expect(await looked(true)).toEqual(['well', 'well']);
});
