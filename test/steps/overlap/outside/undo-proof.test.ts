import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { DAY, type SceneClient, scene, scopeInput } from '../../scene.ts';

const on = (name: string): SceneClient => ({ name, project: 'proj_a', running: { anchor: 'cert_acme0' } });
/**
 * A cut that is undone for `billing`. With `isOutside`, `search` was refused already before the activation.
 */
async function proof(isOutside: boolean) {
  const old = isOutside ? 'subject.common_name != "search"' : undefined;
  const filter = isOutside
    ? 'subject.common_name != "search" && subject.common_name != "billing"'
    : 'subject.common_name != "billing"';
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], ...(old && { filter: old }) },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', filter },
    ],
    [on('billing'), on('search')],
    // Hosts use the old anchor as long as it is active. So it shows only after the cut that the renewal
    // refuses billing.
    { choice: 'first' },
  );
  const { ports } = set;
  const input = scopeInput('one', await set.plan('one'));
  const begin = { beforehand: await verify(ports, { ...input, moment: 'beforehand' }) };
  const activation = await activate(ports, { ...input, begin });
  const { outside } = await verify(ports, { ...input, begin, activation, moment: 'overlap' });
  expect(outside).toEqual(isOutside ? ['search'] : []);
  set.time.now += 7 * DAY;
  const then = { ...input, begin: { outside } };
  const verification = await verify(ports, { ...then, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, then);
  const halt = { Error: 'SuccessorRefused', Cause: 'billing' };
  const undone = await undo(ports, { ...then, verification, deactivation, halt });
  expect(undone.anyBack).toBe(true);
  return verify(ports, { ...then, undo: undone, moment: 'afterUndo' }).then(
    () => 'proven',
    ({ name, message }) => `${name}: ${message}`,
  );
}
it('control: nobody was outside', async () => {
  const r = await proof(false);
  expect(r).toBe('proven');
});
it('I17: who was outside beforehand keeps no undo unproven', async () => {
  const r = await proof(true);
  expect(r).toBe('proven');
});
