import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme } from '../saying.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

/** A run up to the look right before the cut of a project whose client runs on the successor. */
async function beforeTheCut() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [{ ...onAcme('billing', 'proj_a'), running: { anchor: 'cert_acme1' } }],
  );
  const ports = { ...set.ports, hosts: [HOST] };
  const input = scopeInput('one', await set.plan('one'));
  await activate(ports, input);
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  return { ...set, ports, input: { ...input, verification } };
}

it('I1: an execution that a person redrives half a day after its look makes no cut by that look', async () => {
  const { ports, input, time, activeIn, journal } = await beforeTheCut();
  time.now += 12 * 3_600;
  await expect(deactivate(ports, input)).rejects.toMatchObject({
    name: 'OutOfTime',
    message: expect.stringContaining('its clients were last looked at on'),
  });
  expect(activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
  expect(await journal.cuts()).toEqual([]);
});

it('I17: a cut that the API has kept waiting for an hour is made by the look before it', async () => {
  const { ports, input, time, activeIn } = await beforeTheCut();
  time.now += 3_600;
  await deactivate(ports, input);
  expect(activeIn('proj_a')).toEqual(['cert_acme1']);
});
