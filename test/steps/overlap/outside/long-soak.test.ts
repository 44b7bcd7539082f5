import { expect, it } from 'vitest';
import { onOld, overlapOf, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { DAY, scene } from '../../scene.ts';

const policy = { leadTime: 'P90D', soak: 'P60D' };

it.each([25, 40])(
  'I11, I17: a run that takes up a soak after %i days knows who was outside before it',
  async (days) => {
    const anchors = renewal(WITHOUT_SEARCH, WITHOUT_SEARCH, { expires: 85 });
    const set = await scene(anchors, [onOld('billing'), onOld('search')]);
    const run = async (id: string) => overlapOf(set, id, await set.plan(id, { mode: 'scheduled' }, policy));
    const proven = { error: null, outside: ['search'] };
    expect(await run('one')).toMatchObject(proven);
    set.running.delete('one');
    set.time.now += days * DAY;
    expect(await run('two')).toMatchObject(proven);
  },
);
