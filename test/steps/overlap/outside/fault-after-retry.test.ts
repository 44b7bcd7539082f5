import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const WITHOUT_SEARCH = 'subject.common_name != "search"';
const anchors: SceneAnchor[] = [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: WITHOUT_SEARCH },
  { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', filter: WITHOUT_SEARCH },
  { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
  { id: 'cert_keel1', expires: 300, renewedFrom: 'cert_keel0', filter: 'subject.common_name == "nobody"' },
];
const on = (name: string, anchor: string): SceneClient => ({ name, project: 'proj_a', running: { anchor } });

async function halted(isRetried: boolean) {
  const set = await scene(
    anchors,
    [on('billing', 'cert_acme0'), on('search', 'cert_acme0'), on('stock', 'cert_keel0')],
    { choice: 'last' },
  );
  const input = scopeInput('one', await set.plan('one'));
  const beforehand = await verify(set.ports, { ...input, moment: 'beforehand' });
  const begin = { beforehand };
  let activation = await activate(set.ports, { ...input, begin });
  // The function's answer was lost, so the machine runs it again (I11).
  if (isRetried) activation = await activate(set.ports, { ...input, begin });
  const halt = await verify(set.ports, { ...input, begin, activation, moment: 'overlap' }).then(
    () => ({ Error: '', Cause: '' }),
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  await undo(set.ports, { ...input, begin, activation, halt });
  const marks = (await set.journal.begun()).flatMap((one) => (one.takenBackAt ? one.successor : []));
  return {
    outside: beforehand.outside,
    error: halt.Error,
    cause: halt.Cause,
    active: set.activeIn('proj_a'),
    marks,
  };
}
const right = {
  outside: ['search'],
  error: 'SuccessorRefused',
  active: ['cert_acme0', 'cert_acme1', 'cert_keel0'],
  marks: ['cert_keel1'],
};
it('control: the activation answered at once', async () => {
  expect(await halted(false)).toMatchObject(right);
});
it('I11, I17: the activation was tried again', async () => {
  const seen = await halted(true);
  expect(seen).toMatchObject(right);
});
