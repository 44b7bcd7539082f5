import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { DAY, type SceneClient, scene, scopeInput } from '../../scene.ts';

const on = (name: string, running: SceneClient['running'], staged?: SceneClient['staged']): SceneClient => ({
  ...{ name, project: 'proj_a', running, ...(staged && { staged }) },
});

/**
 * Returns what an undo does with acme1 after two days. Acme1 lets the intruder in, acme0 expires in `expires`
 * days, and `billing` is the leaf that billing runs on.
 */
async function undoneAfter(
  expires: number,
  billing: SceneClient['running'],
): Promise<{ takenBack?: readonly string[]; also?: string }> {
  const set = await scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 300, in: ['proj_a'] },
    ],
    [on('billing', billing, { anchor: 'cert_acme1' }), on('other', { anchor: 'cert_globex0' })],
    { witnesses: [on('intruder', { anchor: 'cert_acme1' })] },
  );
  set.time.now += 2 * DAY;
  const input = scopeInput('one', await set.plan('one', { mode: 'manual', reason: 'by hand' }));
  const activation = await activate(set.ports, input);
  const looking = verify(set.ports, { ...input, activation, moment: 'overlap' });
  await expect(looking).rejects.toMatchObject({ name: 'TrustWidened' });
  const halt = { Error: 'TrustWidened', Cause: 'it gets in' };
  return undo(set.ports, { ...input, activation, halt });
}

it.each([
  ['lasts', 20],
  ['has expired', 1],
])(
  'F16: where the retiring anchor %s, a leaf of it is no sign of somebody on a successor of another key',
  async (_, expires) => {
    expect(await undoneAfter(expires, { anchor: 'cert_acme0' })).toMatchObject({ takenBack: ['cert_acme1'] });
  },
);

it('I9, F16: where the retiring anchor has expired, a leaf that leads to nothing may lead to the successor, which stays', async () => {
  const undone = await undoneAfter(1, { anchor: 'cert_acme1', flaw: 'unplaced' });
  expect(undone).toMatchObject({ also: expect.stringContaining('cert_acme1 (clients run on it, or may)') });
  expect(undone.takenBack).toBeUndefined();
});
