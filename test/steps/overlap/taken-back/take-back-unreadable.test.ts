import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { isIn, overlap, refusedByItsRenewal } from '../../saying.ts';
import { DAY, HOST, NOW, type Scene, type SceneClient, scene, scopeInput } from '../../scene.ts';

/** Adds an upload of another authority, active in the same project. The API does not show its certificate. */
const addUnreadable = ({ world }: Scene, id = 'cert_globex0') =>
  world.organization.seed(
    {
      ...{ id, name: 'globex@0', createdAt: NOW - 90 * DAY },
      ...{ expiresAt: NOW + 200 * DAY, pem: null },
    },
    ['proj_a'],
  );

it('I10, I17: a renewal that turns clients away is taken back though the certificate of a neighbour cannot be read', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      {
        ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        filter: 'subject.common_name == "nobody"',
      },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
    { choice: 'last' },
  );
  addUnreadable(set);
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(set.ports, input);
  const error = await verify(set.ports, overlap(input)).catch((thrown: Error) => thrown);
  const halt = { Error: Object(error).name, Cause: 'billing is refused' };
  expect([halt.Error, await isIn(set, 'billing')]).toEqual(['SuccessorRefused', 'refused']);
  await undo(set.ports, { ...input, activation, halt }).catch(() => {});
  expect(await isIn(set, 'billing')).toBe('accepted');
});

it('F16, I17: a successor that a stranger gets in by is taken back though the certificate of a neighbour cannot be read', async () => {
  const both = { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } };
  const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: 'subject.common_name != "intruder"' },
      { id: 'cert_acme1', expires: 300 },
    ],
    [{ name: 'billing', project: 'proj_a', ...both }],
    { witnesses: [intruder] },
  );
  addUnreadable(set);
  const ports = { ...set.ports, hosts: [HOST] };
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(ports, input);
  await expect(verify(ports, overlap(input))).rejects.toMatchObject({ name: 'TrustWidened' });
  const halt = { Error: 'TrustWidened', Cause: 'the witness gets in' };
  await undo(ports, { ...input, activation, halt }).catch(() => {});
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
});

it('I9: what nobody can read of the anchor that a refusing successor replaces is no reason to leave it: Undo tries again', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, filter: 'subject.common_name == "nobody"' },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
    ],
  );
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(set.ports, input);
  await expect(verify(set.ports, overlap(input))).rejects.toMatchObject({ name: 'SuccessorRefused' });
  addUnreadable(set, 'cert_acme0');
  const halt = { Error: 'SuccessorRefused', Cause: 'billing is refused' };
  await expect(undo(set.ports, { ...input, activation, halt })).rejects.toMatchObject({
    name: 'UnreadableAnswer',
  });
});

it('I10, I17: a renewal that the plan has known to be asked first is taken back though its own certificate cannot be read', async () => {
  const set = await refusedByItsRenewal();
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(set.ports, input);
  await expect(verify(set.ports, overlap(input))).rejects.toMatchObject({ name: 'SuccessorRefused' });
  addUnreadable(set, 'cert_acme1');
  const halt = { Error: 'SuccessorRefused', Cause: 'billing is refused' };
  expect(await undo(set.ports, { ...input, activation, halt })).toMatchObject({ takenBack: ['cert_acme1'] });
});
