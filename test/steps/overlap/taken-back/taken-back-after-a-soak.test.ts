import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { onAcme, overlap } from '../../saying.ts';
import { DAY, scene, scopeInput } from '../../scene.ts';

it('I1, F16: a successor that has soaked for days is not taken back by the next run: somebody may run on it whom nobody here knows', async () => {
  const policy = { listingScopes: ['proj_b'] };
  const set = await scene(
    [
      {
        id: 'cert_acme0',
        expires: 28,
        in: ['proj_a', 'proj_b'],
        filter: 'subject.common_name != "intruder"',
      },
      { id: 'cert_acme1', expires: 300, filter: 'subject.common_name != "intruder"' },
    ],
    [onAcme('billing', 'proj_a')],
    { witnesses: [{ name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } }] },
  );
  const plan = await set.plan('one', { mode: 'scheduled' }, policy);
  for (const scope of ['proj_a', 'proj_b']) {
    const input = scopeInput('one', plan, scope);
    await activate(set.ports, input);
    await verify(set.ports, overlap(input));
  }
  // All clients are moved and told to read their secrets again, also those of proj_b, which are not
  // configured. On the sixth day of the soak the run is stopped.
  await set.journal.rememberSoaks([
    {
      ...{ retiring: 'cert_acme0', successor: 'cert_acme1' },
      ...{ provenAt: plan.plannedAt, soakUntil: instant(set.time.now + 7 * DAY) },
    },
  ]);
  set.running.clear();
  set.time.now += 6 * DAY;
  set.world.organization.setFilter('cert_acme1', 'subject.common_name != "nobody"');
  const input = scopeInput('two', await set.plan('two', { mode: 'scheduled' }, policy), 'proj_b');
  const activation = await activate(set.ports, input);
  const halt = await verify(set.ports, overlap(input)).then(
    () => ({ Error: '', Cause: '' }),
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  expect(halt.Error).toBe('TrustWidened');
  await undo(set.ports, { ...input, activation, halt });
  expect(set.activeIn('proj_b')).toContain('cert_acme1');
});
