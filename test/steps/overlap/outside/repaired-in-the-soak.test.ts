import { expect, it } from 'vitest';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { onOld, overlapOf, patiently, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { isIn } from '../../saying.ts';
import { DAY, scene, scopeInput } from '../../scene.ts';

const WITHOUT_REPAIRED = 'subject.common_name != "search-repaired"';

const REPAIRED = { anchor: 'cert_acme0', as: 'search-repaired' };

/**
 * Runs an overlap, a soak and a cut. During the soak the operator of search gives it another leaf, which the
 * old anchor lets in.
 */
async function cut(before: string | undefined, filter: string) {
  const set = await scene(renewal(filter, before), [onOld('billing'), onOld('search')], { choice: 'first' });
  const ports = patiently(set);
  const plan = await set.plan('one');
  const { outside } = await overlapOf(set, 'one', plan);
  set.time.now += 3 * DAY;
  await set.stage('search', 'AWSCURRENT', REPAIRED);
  expect(await isIn(set, 'search')).toBe('accepted');
  set.time.now += 4 * DAY;
  const input = { ...scopeInput('one', plan), begin: { outside } };
  let halt: { Error: string; Cause: string } | null = null;
  try {
    const verification = await verify(ports, { ...input, moment: 'beforeCut' });
    const deactivation = await deactivate(ports, input);
    await confirm(ports, { ...input, verification, deactivation });
  } catch (error) {
    const { name, message } = error as Error;
    halt = { Error: name, Cause: message };
    await undo(ports, { ...input, halt });
    if (name !== 'LeafChanged') await verify(ports, { ...input, moment: 'afterUndo' });
  }
  const end = { search: await isIn(set, 'search'), active: set.activeIn('proj_a') };
  return { outside, halt, end };
}

it('control: a client that was in all along, and has another leaf by the cut, stops it', async () => {
  const { outside, halt } = await cut(undefined, WITHOUT_REPAIRED);
  expect([outside, halt?.Error]).toEqual([[], 'LeafChanged']);
});

it('I1, F16: a client that was outside, and gets in by another leaf before the cut, has to get in after it', async () => {
  const { outside, halt, end } = await cut(WITHOUT_SEARCH, WITHOUT_REPAIRED);
  expect([outside, halt?.Error]).toEqual([['search'], 'SuccessorRefused']);
  expect(halt?.Cause).toContain('the leaf that client search keeps');
  expect(end).toEqual({ search: 'accepted', active: ['cert_acme0'] });
});

it('I17: where the successor lets that leaf in as well nothing is undone for it', async () => {
  const { outside, halt, end } = await cut(WITHOUT_SEARCH, WITHOUT_SEARCH);
  expect([outside, halt]).toEqual([['search'], null]);
  expect(end).toEqual({ search: 'accepted', active: ['cert_acme1'] });
});
