import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { HOST, type SceneClient, scene, scopeInput } from '../../scene.ts';

const WITHOUT_SEARCH = 'subject.common_name != "search"';
const on = (name: string): SceneClient => ({ name, project: 'proj_a', running: { anchor: 'cert_acme0' } });

/** A renewal that is taken back, of which hosts hear so many seconds late. */
async function twice(late: number) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', filter: WITHOUT_SEARCH },
    ],
    [on('billing'), on('search')],
    { choice: 'last' },
  );
  const pause = async (s: number) => {
    set.time.now += s;
  };
  const ports = { ...set.ports, hosts: [HOST], pause };
  const run = async (id: string, mode: 'scheduled' | 'manual') => {
    const input = scopeInput(id, await set.plan(id, { mode }));
    const beforehand = await verify(ports, { ...input, moment: 'beforehand' });
    const begin = { beforehand };
    const activation = await activate(ports, { ...input, begin });
    const halt = await verify(ports, { ...input, begin, activation, moment: 'overlap' }).then(
      () => null,
      ({ name, message }) => ({ Error: String(name), Cause: String(message) }),
    );
    if (halt) set.world.organization.delayBy((place) => (place === 'listings' ? 0 : late));
    if (halt) await undo(ports, { ...input, begin, activation, halt });
    set.running.delete(id);
    return { outside: beforehand.outside, error: halt?.Error ?? null };
  };
  expect(await run('one', 'scheduled')).toEqual({ error: 'SuccessorRefused' });
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
  return { set, run };
}
it.each([0, 60])(
  'F7, I9: a manual run right after a take-back that reaches the host %i s late',
  async (late) => {
    const { set, run } = await twice(late);
    const second = await run('two', 'manual');
    set.time.now += 600;
    expect(second.error).toBe('SuccessorRefused');
  },
);
