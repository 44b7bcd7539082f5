import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { authorityOf, leafUnder } from '../../../../simulation/certificates/material.ts';
import { billing, END, OLD, withIssuingCa } from '../../issuing-ca.ts';
import { isIn } from '../../saying.ts';
import { HOST, type Scene, type SceneAnchor, scopeInput } from '../../scene.ts';

const NEXT: SceneAnchor = { id: 'cert_acme2', expires: 300 };

/** Runs the overlap of a plan in a project, and its undo where it halts. */
async function overlapping(set: Scene, execution: string, plan: Awaited<ReturnType<Scene['plan']>>) {
  const ports = { ...set.ports, hosts: [HOST] };
  const input = scopeInput(execution, plan);
  expect(await isIn(set, 'billing')).toBe('accepted');
  const activation = await activate(ports, input);
  const error = await verify(ports, { ...input, activation, moment: 'overlap' }).then(
    () => null,
    (thrown: Error) => thrown,
  );
  const during = await isIn(set, 'billing');
  const halt = error && { Error: error.name, Cause: error.message };
  const undone = halt && (await undo(ports, { ...input, activation, halt }));
  return { error, during, undone, after: await isIn(set, 'billing') };
}

it('F7: a successor that has issued the leaves itself goes on where its filter lets them in', async () => {
  const set = await withIssuingCa([OLD], billing);
  const plan = await set.plan('one');
  expect(plan.successions).toMatchObject([{ successor: 'cert_acme1' }]);
  expect(await overlapping(set, 'one', plan)).toMatchObject({ error: null, after: 'accepted' });
});

it('I10, I11, F7: a successor that hosts ask before the chain, and that refuses the clients, is taken back: nothing was cut, and they got in before', async () => {
  const set = await withIssuingCa([OLD], billing, { filter: 'subject.common_name == "nobody"' });
  const { error, ...seen } = await overlapping(set, 'one', await set.plan('one'));
  expect(error?.name).toBe('SuccessorRefused');
  expect(seen).toMatchObject({ during: 'refused', undone: { takenBack: ['cert_acme1'] }, after: 'accepted' });
});

it('I2: it stays where somebody has come to get in by nothing else', async () => {
  const set = await withIssuingCa([OLD], billing, { filter: 'subject.common_name == "nobody"' });
  const ports = { ...set.ports, hosts: [HOST] };
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(ports, input);
  // Billing's leaf without the intermediate that it used to send along.
  const [leaf] = leafUnder(authorityOf('acme', 0), {
    ...{ client: 'billing', intermediate: true },
  }).certificateChain.split(END);
  const held = JSON.parse(set.world.secrets.read('billing', 'AWSCURRENT')?.value ?? '');
  set.world.secrets.put('billing', JSON.stringify({ ...held, certificateChain: `${leaf}${END}` }), [
    'AWSCURRENT',
  ]);
  const halt = { Error: 'SuccessorRefused', Cause: '' };
  const { takenBack, also } = await undo(ports, { ...input, activation, halt });
  expect([takenBack, also]).toEqual([undefined, expect.stringContaining('clients run on it, or may')]);
});

const MOVING = { ...billing, staged: { anchor: 'cert_acme2', intermediate: true } };

it('F1: an upload of the CA that issues the leaves redirects no rotation whose next leaves are staged', async () => {
  const set = await withIssuingCa([OLD, NEXT], MOVING, { name: 'acme@issuing' });
  const { successions } = await set.plan('one');
  expect(successions).toMatchObject([{ retiring: 'cert_acme0', successor: 'cert_acme2' }]);
});

it('F1: where no next leaf is staged it comes before an upload that nobody holds a leaf of', async () => {
  const set = await withIssuingCa([OLD, NEXT], billing);
  expect((await set.plan('one')).successions).toMatchObject([{ successor: 'cert_acme1' }]);
});

it('I16, F1: an emergency goes by the staged leaves of a sound successor, and locks nobody out, though the CA that issues what clients run on is uploaded too', async () => {
  const set = await withIssuingCa([{ ...OLD, expires: 200 }, NEXT], MOVING, {
    filter: 'subject.common_name == "nobody"',
  });
  const plan = await set.plan('fire', {
    ...{ mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' },
  });
  expect(plan.successions).toMatchObject([{ successor: 'cert_acme2' }]);
  expect(await overlapping(set, 'fire', plan)).toMatchObject({ error: null, after: 'accepted' });
});
