import { expect, it } from 'vitest';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { undo } from '../../../lambdas/undo.ts';
import { DAY, HOST, NOW, scene, scopeInput } from '../scene.ts';

const cuts = ['acme', 'keel'].map((line) => ({
  ...{ retiring: `cert_${line}0`, successor: `cert_${line}1`, scope: 'proj_a', compromised: false },
  cutAt: instant(NOW - DAY),
}));

/**
 * Two authorities were cut in a project, and neither cut is confirmed. With `isAgain`, somebody activates one
 * of them again after the next run has planned.
 */
async function takenUp(isAgain: boolean) {
  const set = await scene(
    ['acme', 'keel'].flatMap((line) => [
      { id: `cert_${line}0`, expires: 25 },
      { id: `cert_${line}1`, expires: 300, in: ['proj_a'] },
    ]),
    ['acme', 'keel'].map((line) => ({ name: line, project: 'proj_a', running: { anchor: `cert_${line}1` } })),
  );
  await set.journal.rememberCuts(cuts);
  const ports = { ...set.ports, hosts: [HOST] };
  const input = scopeInput('one', await set.plan('one'));
  expect(input.plan.successions).toHaveLength(2);
  if (isAgain) set.world.organization.toggle('proj_a', 'activate', ['cert_acme0'], 'outsider');
  const ended = async () => {
    const deactivation = await deactivate(ports, input);
    await confirm(ports, { ...input, deactivation });
  };
  await ended().catch(({ name, message }: Error) =>
    undo(ports, { ...input, halt: { Error: name, Cause: message } }),
  );
  return {
    active: set.activeIn('proj_a').filter((id) => id.startsWith('cert_keel')),
    cuts: (await set.journal.cuts()).map((c) => c.retiring),
  };
}

it.each([
  ['control: nobody activates anything', false],
  ['somebody activates the other again', true],
])('I17: a good cut is confirmed, and not undone for its neighbour: %s', async (_, isAgain) => {
  expect((await takenUp(isAgain)).active).toEqual(['cert_keel1']);
});
