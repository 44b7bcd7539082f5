import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, onAcme } from '../saying.ts';
import { DAY, HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';
import { throughTheOverlap } from '../through-the-overlap.ts';

const anchors: SceneAnchor[] = [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
  { id: 'cert_acme1', expires: 300 },
  { id: 'cert_bolt0', expires: 900, in: ['proj_a'], filter: 'subject.common_name == "bolts"' },
];
/** Another authority has vouched for its own, so that it keeps its leaf; that one's filter refuses it. */
const keeping: SceneClient = {
  ...{ name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0', by: 'cert_bolt0' } },
};

/** A project's cut is made, and confirmed by the run that made it or, where that dies, by the next. */
async function cutIn({ dies }: { dies: boolean }) {
  const set = await scene(anchors, [onAcme('billing', 'proj_a'), keeping]);
  const ports = { ...set.ports, hosts: [HOST] };
  const first = await throughTheOverlap(set, await set.plan('one'), ports);
  set.time.now += 7 * DAY + 60;
  const cut = async (input: typeof first.input) => {
    const verification = await verify(ports, { ...input, moment: 'beforeCut' });
    return { ...input, verification, deactivation: await deactivate(ports, { ...input, verification }) };
  };
  expect(await isIn(set, 'search')).toBe('accepted');
  let made = await cut(first.input);
  if (dies) {
    set.running.delete('one');
    set.time.now += 3_600;
    const next = scopeInput('two', await set.plan('two'));
    await activate(ports, next);
    await verify(ports, { ...next, moment: 'overlap' });
    made = await cut(next);
  }
  const error = await confirm(ports, made).then(
    () => null,
    async ({ name, message }: Error) => {
      await undo(ports, { ...made, halt: { Error: name, Cause: message } });
      return name;
    },
  );
  return { error, search: await isIn(set, 'search') };
}

it.each([
  ['control: the run that made the cut confirms it', false],
  ['the run that made the cut died, and the next confirms it', true],
])(
  'I1, I10, I11: a client that keeps its leaf got in before the cut and is refused after it, which is undone: %s',
  async (_, dies) => {
    expect(await cutIn({ dies })).toEqual({ error: 'SuccessorRefused', search: 'accepted' });
  },
);
