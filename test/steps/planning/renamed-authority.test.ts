import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme } from '../saying.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

const DAY = 86_400;

/**
 * A run saw a client under its authority's former name. Since then nobody can read its secret, and its
 * workload still calls.
 */
async function renamed(before: string, after: string, left: Parameters<typeof scene>[0] = []) {
  const set = await scene(
    [
      { id: 'cert_acme0', name: `${before}@0`, expires: 40, in: ['proj_a'] },
      { id: 'cert_acme1', name: `${before}@1`, expires: 300 },
      ...left,
    ],
    [onAcme('billing', 'proj_a'), { ...onAcme('search', 'proj_a'), staged: null }],
  );
  const ports = { ...set.ports, hosts: [HOST] };
  expect((await set.plan('early')).decision).toBe('idle');
  await ports.leases.release('early');
  const held = await set.secrets.read('search', 'AWSCURRENT');
  if (!held || !('apiKey' in held)) throw new Error('it has a key');
  set.world.broken.add('denied search');
  set.world.organization.rename('cert_acme0', `${after}@0`, 'person');
  set.world.organization.rename('cert_acme1', `${after}@1`, 'person');
  set.time.now += 20 * DAY;
  return { ...set, ports, searchIsIn: async () => (await set.ports.probe(HOST, held)).kind };
}

it.each([
  ['acme', 'acme'],
  ['acme', 'acme-root'],
  // Windlass asks for this rename itself: "its name holds invisible characters: rename it".
  ['ac\u200Bme', 'acme'],
])(
  'I1, I9: a client whose secret nobody can read is not locked out since its authority was renamed from %j to %j',
  async (before, after) => {
    const { ports, searchIsIn, plan: planned, verdicts, time } = await renamed(before, after);
    const plan = await planned('one');
    expect(await searchIsIn()).toBe('accepted');
    if (plan.decision === 'rotate') {
      const input = scopeInput('one', plan);
      await activate(ports, input);
      const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
      const about = { execution: input.execution, phase: 'overlap' as const };
      await verdicts.leave(about, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
      await promote(ports, {
        execution: input.execution,
        plan,
        verification: [{ anyHalted: false, provenAt }],
      });
      time.now += 8 * DAY;
      await verify(ports, { ...input, moment: 'beforeCut' });
      const deactivation = await deactivate(ports, input);
      if (deactivation.deactivated.length > 0) await confirm(ports, { ...input, deactivation });
    }
    expect(await searchIsIn()).toBe('accepted');
  },
);

it('I1, I9: such a client is held to what it ran on by its anchor, where an older upload has kept the name', async () => {
  const old = { id: 'cert_old', name: 'acme@2019', expires: -5 };
  const { plan: planned } = await renamed('acme', 'acme-root', [old]);
  const { blocked } = await planned('one');
  expect(blocked).toMatchObject([{ anchor: 'cert_acme0', client: 'search' }]);
});

it.each(['undecipherable', 'garbled'] as const)(
  'I1, I9: a client that the very version has moved which nobody can read (%s) is known by nothing that was seen before',
  async (trouble) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 40, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_globex0', expires: 400, in: ['proj_a'] },
      ],
      [
        onAcme('billing', 'proj_a'),
        { name: 'search', project: 'proj_a', running: { anchor: 'cert_globex0' } },
      ],
    );
    await set.plan('early');
    await set.leases.release('early');
    set.time.now += 20 * DAY;
    // The version that the earlier plan saw is still current, and belongs to globex.
    set.world.broken.add(`${trouble} search`);
    const before = await set.plan('one');
    expect(before.blocked).toEqual([]);
    await set.leases.release('one');
    await set.stage('search', 'AWSCURRENT', { anchor: 'cert_acme0' });
    const { blocked } = await set.plan('two');
    expect(blocked).toMatchObject([{ anchor: 'cert_acme0', client: 'search' }]);
  },
);

it('I1, I9: such a client is held to what it ran on, where that alone was renamed and its pair is stated', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', name: 'acme@0', expires: 40, in: ['proj_a'] },
      { id: 'cert_acme1', name: 'acme@1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a'), { ...onAcme('search', 'proj_a'), staged: null }],
  );
  await set.plan('early');
  await set.leases.release('early');
  set.world.broken.add('denied search');
  set.world.organization.rename('cert_acme0', 'OLD acme@0', 'person');
  set.time.now += 20 * DAY;
  const { blocked } = await set.plan('one', undefined, { successions: { cert_acme0: 'cert_acme1' } });
  expect(blocked).toMatchObject([{ anchor: 'cert_acme0', client: 'search' }]);
});
