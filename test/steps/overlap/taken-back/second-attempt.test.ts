import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { scene, scopeInput } from '../../scene.ts';

it('F16: what lets a witness in waits for a person, also where a second attempt of the undo has taken it back', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
    ],
    { witnesses: [{ name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } }] },
  );
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(set.ports, input);
  const looking = verify(set.ports, { ...input, activation, moment: 'overlap' });
  await expect(looking).rejects.toMatchObject({ name: 'TrustWidened' });
  const halted = { ...input, activation, halt: { Error: 'TrustWidened', Cause: 'it gets in' } };
  // The listing is late, so the first attempt does not see its own deactivation.
  const { certificates } = set.ports;
  const late = async (scope: string) =>
    (await certificates.list(scope)).map((one) =>
      one.anchorId === 'cert_acme1' ? { ...one, active: true } : one,
    );
  const first = undo({ ...set.ports, certificates: { ...certificates, list: late } }, halted);
  await expect(first).rejects.toMatchObject({ name: 'ToggleNotVisible' });
  expect(await undo(set.ports, halted)).toMatchObject({ takenBack: ['cert_acme1'] });
  const begun = await set.journal.begun();
  expect(begun).toMatchObject([{ successor: 'cert_acme1', takenBackAt: expect.any(String) }]);
});
