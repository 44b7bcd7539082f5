import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Journal } from '../../../lambdas/adapters/table/journal.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { ON_ITS_WAY } from '../../../lambdas/domain/memory/lease.ts';
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
/** A client that keeps its leaf, because bolt has cross-signed acme's anchor. Bolt's filter refuses it. */
const keeping: SceneClient = {
  ...{ name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0', by: 'cert_bolt0' } },
};

/**
 * Runs a project's cut and its confirmation, and the undo where that halts. With `dies`, the first run dies
 * after its cut and the next run confirms it. Without `undoHeard`, the table forgets the cut but its answer
 * is lost, so the undo has to run again.
 */
async function cutIn({ dies = false, undoHeard = true }) {
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
      const halted = { ...made, halt: { Error: name, Cause: message } };
      // After this time a call of the cut cannot land any more.
      set.time.now += ON_ITS_WAY + 60;
      if (!undoHeard)
        await expect(undo({ ...ports, journal: forgetsUnheard(ports) }, halted)).rejects.toThrow();
      await undo(ports, halted);
      return name;
    },
  );
  const refused = (await set.journal.begun()).flatMap(
    (one) => one.refused?.map(({ client }) => client) ?? [],
  );
  return { error, search: await isIn(set, 'search'), refused };
}

/** A journal that forgets cuts and then loses its answer. */
const forgetsUnheard = ({ journal }: { journal: Journal }): Journal => ({
  ...journal,
  async forgetCuts(cuts) {
    await journal.forgetCuts(cuts);
    throw new WindlassError('JournalUnavailable', 'the answer is lost');
  },
});

it.each([
  ['control: the run that made the cut confirms it', false],
  ['the run that made the cut died, and the next confirms it', true],
])(
  'I1, I10, I11: a client that keeps its leaf got in before the cut and is refused after it, which is undone: %s',
  async (_, dies) => {
    expect(await cutIn({ dies })).toMatchObject({ error: 'SuccessorRefused', search: 'accepted' });
  },
);

it.each([true, false])(
  'I11, F16: whose leaf was refused after a cut that is put back is remembered, whether or not the first undo hears that the cut is forgotten (%s)',
  async (undoHeard) => {
    expect(await cutIn({ undoHeard })).toMatchObject({ search: 'accepted', refused: ['search'] });
  },
);
