import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { scopeInput } from '../../scene.ts';
import { searchRefused } from './search-refused.ts';

it.each([0, 130])(
  'I9: nobody is outside by a take-back on its way to the host, where the first look beforehand takes %i s',
  async (slow) => {
    const { set, ports } = await searchRefused('last');
    const run = async (id: string, mode: 'scheduled' | 'manual', seconds = 0) => {
      const input = scopeInput(id, await set.plan(id, { mode }));
      let left = seconds;
      const probe: typeof ports.probe = async (host, held) => {
        const verdict = await ports.probe(host, held);
        // Another client of the scope keeps the look waiting.
        setImmediate(() => {
          set.time.now += left;
          left = 0;
        });
        await new Promise((done) => setTimeout(done, 5));
        return verdict;
      };
      const beforehand = await verify({ ...ports, probe }, { ...input, moment: 'beforehand' });
      const begin = { beforehand };
      const activation = await activate(ports, { ...input, begin });
      const halt = await verify(ports, { ...input, begin, activation, moment: 'overlap' }).then(
        () => null,
        ({ name, message }) => ({ Error: String(name), Cause: String(message) }),
      );
      if (halt) set.world.organization.delayBy((place) => (place === 'listings' ? 0 : 60));
      if (halt) await undo(ports, { ...input, begin, activation, halt });
      set.running.delete(id);
      return { outside: beforehand.outside ?? [], error: halt?.Error ?? null };
    };
    expect(await run('one', 'scheduled')).toMatchObject({ error: 'SuccessorRefused' });
    const second = await run('two', 'manual', slow);
    expect(second).toEqual({ outside: [], error: 'SuccessorRefused' });
  },
);
