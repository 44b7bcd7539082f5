import { expect, it } from 'vitest';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { onOld, overlapOf, patiently, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { isIn, SILENT, saying } from '../../saying.ts';
import { DAY, scene, scopeInput } from '../../scene.ts';

/**
 * Search is outside when the overlap begins. During the soak somebody repairs the old anchor's filter, so
 * that search gets in by the old anchor. With `isSilent`, hosts say nothing of search right before the cut.
 */
async function takenUp(isSilent: boolean) {
  const clients = ['billing', 'search'].map((name) => onOld(name));
  const set = await scene(renewal(WITHOUT_SEARCH, WITHOUT_SEARCH), clients, { choice: 'first' });
  const plan = await set.plan('one');
  const { outside } = await overlapOf(set, 'one', plan);
  set.time.now += 7 * DAY;
  set.world.organization.setFilter('cert_acme0', 'true');
  const before = await isIn(set, 'search');
  const ports = patiently(set);
  const input = { ...scopeInput('one', plan), begin: { outside } };
  const quiet = { ...ports, probe: isSilent ? saying(ports.probe, () => ({ search: SILENT })) : ports.probe };
  const verification = await verify(quiet, { ...input, moment: 'beforeCut' });
  await deactivate(ports, { ...input, verification });
  set.running.delete('one');
  const next = await set.plan('two', { mode: 'scheduled' });
  const { error } = await overlapOf(set, 'two', next, { looksFirst: false });
  return { outside, before, told: verification.outside, error, after: await isIn(set, 'search') };
}

it.each([
  ['control: it is seen to get in right before the cut', false],
  ['its host says nothing (503) right before the cut', true],
])('I9: %s', async (_, isSilent) => {
  const seen = await takenUp(isSilent);
  expect(seen).toMatchObject({ before: 'accepted', error: 'SuccessorRefused', after: 'accepted' });
});
