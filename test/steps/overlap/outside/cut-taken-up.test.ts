import { expect, it } from 'vitest';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { onOld, overlapOf, patiently, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { DAY, scene, scopeInput } from '../../scene.ts';

/**
 * A run is stopped right after its cut, and the next run has to confirm it. `inside` are the clients that get
 * in.
 */
async function takenUp(inside: string[], meanwhile?: (set: Awaited<ReturnType<typeof scene>>) => unknown) {
  const clients = [...inside, 'search'].map((name) => onOld(name));
  const set = await scene(renewal(WITHOUT_SEARCH, WITHOUT_SEARCH), clients);
  const plan = await set.plan('one');
  const { outside } = await overlapOf(set, 'one', plan);
  set.time.now += 7 * DAY;
  const ports = patiently(set);
  const input = { ...scopeInput('one', plan), begin: { outside } };
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  await deactivate(ports, { ...input, verification });
  expect(set.activeIn('proj_a')).toEqual(['cert_acme1']);
  set.running.delete('one');
  await meanwhile?.(set);
  const next = await set.plan('two', { mode: 'scheduled' });
  return { error: (await overlapOf(set, 'two', next, { looksFirst: false })).error, set };
}

it('I17: who was outside right before a cut is judged by no run that takes it up', async () => {
  const { error, set } = await takenUp(['billing']);
  expect(error).toBeNull();
  expect(set.activeIn('proj_a')).toEqual(['cert_acme1']);
});

it('I1, I10: who was inside is, and has the cut undone', async () => {
  const { error, set } = await takenUp(['billing'], ({ world }) =>
    world.organization.setFilter('cert_acme1', 'subject.common_name == "nobody"'),
  );
  expect(error).toBe('SuccessorRefused');
  expect(set.activeIn('proj_a')).toContain('cert_acme0');
});

it('I8: and so is who was outside and has another leaf staged by then', async () => {
  const { error } = await takenUp(['billing'], async (set) => {
    await set.stage('search', 'AWSPENDING', { anchor: 'cert_acme1' });
  });
  expect(error).toBe('SuccessorRefused');
});
