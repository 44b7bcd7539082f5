import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { overlapping, WIDENED } from '../../overlapping.ts';
import { HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const policy = { canary: ['proj_a'] };
const of = (line: string, project: string): SceneClient => ({
  name: `${line}-${project.at(-1)}`,
  project,
  running: { anchor: `cert_${line}0` },
  staged: { anchor: `cert_${line}1` },
});
const clients = ['proj_a', 'proj_b'].flatMap((p) => [of('acme', p), of('keel', p)]);
// Only acme has a witness, and keel has none.
const intruder: SceneClient = { name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } };
const anchors: SceneAnchor[] = ['acme', 'keel'].flatMap((line) => [
  {
    ...{ id: `cert_${line}0`, expires: 20, in: ['proj_a', 'proj_b'] },
    ...(line === 'acme' && { filter: 'subject.common_name != "intruder"' }),
  },
  { id: `cert_${line}1`, expires: 300 },
]);

it.each(['kept', 'lost'])('the word of the look that saw a witness get in is %s', async (how) => {
  const set = await scene(anchors, clients, { witnesses: [intruder] });
  const plan = await set.plan('one', { mode: 'scheduled' }, policy);
  const { execution, ports, goesWell } = overlapping(set, 'one', plan);
  await goesWell('proj_a');
  const input = scopeInput('one', plan, 'proj_b');
  const verdicts =
    how === 'lost'
      ? {
          ...ports.verdicts,
          leaveProven: async () => {
            throw new Error('throttled');
          },
        }
      : ports.verdicts;
  const activation = await activate(ports, input);
  await expect(
    verify({ ...ports, verdicts } as never, { ...input, moment: 'overlap' }),
  ).rejects.toMatchObject({ name: 'TrustWidened' });
  const own = await undo(ports, { ...input, activation, halt: WIDENED });
  await set.verdicts.leave(
    { execution, phase: 'overlap' },
    { scope: 'proj_b', verdict: 'halted', error: WIDENED.Error, cause: WIDENED.Cause },
  );
  const all = await undo({ ...ports, hosts: [HOST] } as never, {
    execution,
    plan,
    halt: WIDENED,
    everywhere: true,
  });
  expect([own.takenBack, all.takenBack]).toEqual([['cert_acme1'], ['cert_acme1']]);
});
