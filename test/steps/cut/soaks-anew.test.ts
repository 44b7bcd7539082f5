import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { scopePlansOf } from '../../../lambdas/domain/manifest.ts';
import { promote } from '../../../lambdas/promote.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme, twoAuthorities } from '../saying.ts';
import { DAY, HOST, type Scene, scene, scopeInput } from '../scene.ts';

type Planned = Awaited<ReturnType<Scene['plan']>>;
type Ports = Scene['ports'];

async function overlap(set: Scene, id: string, plan: Planned, ports: Ports) {
  const execution = { id, startedAt: plan.plannedAt };
  for (const { scope } of scopePlansOf(plan)) {
    const input = scopeInput(id, plan, scope);
    const activation = await activate(ports, input);
    const { provenAt } = await verify(ports, { ...input, activation, moment: 'overlap' });
    await set.verdicts.leave(
      { execution, phase: 'overlap' },
      { scope, verdict: 'proven', error: '', cause: '', provenAt },
    );
  }
  const provenAt = instant(set.time.now);
  return promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
}

/**
 * Returns how many days the anchor has soaked again before it is cut. A run cuts the first of two projects.
 * With `dies`, it dies before it has recorded that. The next run plans to confirm the cut, and then somebody
 * activates the anchor again there.
 */
async function soakedAgain({ dies }: { dies: boolean }) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 25, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
  );
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one');
  await overlap(set, 'one', plan, ports);
  set.time.now += 7 * DAY + 60;
  const input = scopeInput('one', plan);
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  // The run dies after its call, before it has listed or recorded anything.
  let isMade = false;
  const { certificates } = ports;
  const dying: Ports = {
    ...ports,
    certificates: {
      ...certificates,
      async deactivate(scope, ids) {
        await certificates.deactivate(scope, ids);
        isMade = dies;
      },
      async list(scope) {
        if (isMade) throw new Error('the function is gone');
        return certificates.list(scope);
      },
    },
  };
  await deactivate(dying, { ...input, verification }).catch(() => {});
  expect(set.activeIn('proj_a')).toEqual(['cert_acme1']);
  set.running.delete('one');
  set.time.now += 3_600;
  const again = () => set.world.organization.toggle('proj_a', 'activate', ['cert_acme0'], 'outsider');
  const since = set.time.now;
  const next = await set.plan('two');
  expect(scopePlansOf(next)[0]?.successions).toMatchObject([{ cutBefore: true }]);
  await overlap(set, 'two', next, ports);
  again();
  const two = scopeInput('two', next);
  const halt = await deactivate(ports, two).then(
    () => ({ Error: '', Cause: '' }),
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  await undo(ports, { ...two, halt });
  set.running.delete('two');
  set.time.now += 600;
  const last = await set.plan('three');
  const { soakUntil } = await overlap(set, 'three', last, ports);
  return {
    error: halt.Error,
    isPlanned: scopePlansOf(last).some(({ scope }) => scope === 'proj_a'),
    days: Math.floor((Date.parse(soakUntil as string) / 1000 - since) / DAY),
  };
}

/**
 * A cut is made and told, and its answer is lost. Somebody activates the anchor again before the step is tried
 * once more. Returns what that comes to, and for how many days the anchor soaks.
 */
async function cutTwice() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 25, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a')],
  );
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one');
  await overlap(set, 'one', plan, ports);
  set.time.now += 7 * DAY + 60;
  const input = scopeInput('one', plan);
  const cut = async () =>
    deactivate(ports, { ...input, verification: await verify(ports, { ...input, moment: 'beforeCut' }) });
  expect(await cut()).toMatchObject({ deactivated: ['cert_acme0'] });
  expect(await cut()).toMatchObject({ alreadyInactive: ['cert_acme0'] });
  set.world.organization.toggle('proj_a', 'activate', ['cert_acme0'], 'outsider');
  set.time.now += 60;
  const error = await cut().then(
    () => '',
    ({ name }: Error) => name,
  );
  set.running.delete('one');
  const active = set.activeIn('proj_a');
  const since = set.time.now;
  const { soakUntil } = await overlap(set, 'two', await set.plan('two'), ports);
  const days = Math.floor((Date.parse(soakUntil as string) / 1000 - since) / DAY);
  return { error, active, days };
}

/**
 * Two anchors of one scope are cut, and somebody activates one of them again. Each of the next attempts says
 * what it did, and its answer is lost. Returns what is active after each attempt.
 */
async function cutTwiceOver(attempts: number) {
  const set = await twoAuthorities(25);
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one');
  await overlap(set, 'one', plan, ports);
  set.time.now += 7 * DAY + 60;
  const input = scopeInput('one', plan);
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  const cut = () => deactivate(ports, { ...input, verification });
  expect((await cut()).deactivated).toHaveLength(2);
  set.world.organization.toggle('proj_a', 'activate', ['cert_keel0'], 'outsider');
  const after: string[][] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    set.time.now += 60;
    const { refusals } = await cut();
    expect(refusals).toMatchObject([{ anchor: 'cert_keel0', error: 'RetiringReactivated' }]);
    after.push(set.activeIn('proj_a'));
  }
  return after;
}

it('rule 5: it soaks anew as well where further attempts have told that they left it active', async () => {
  const active = ['cert_acme1', 'cert_keel0', 'cert_keel1'];
  expect(await cutTwiceOver(3)).toEqual([active, active, active]);
});

it('rule 5: what somebody activates again between two attempts of its cut, of which the first has told what it did, soaks anew', async () => {
  expect(await cutTwice()).toEqual({
    error: 'RetiringReactivated',
    active: ['cert_acme0', 'cert_acme1'],
    days: 7,
  });
});

it.each([
  ['control: the run that cut it had told so', false],
  ['the run that cut it had died before it told so', true],
])('rule 5: what somebody has activated again soaks anew before it is cut once more: %s', async (_, dies) => {
  expect(await soakedAgain({ dies })).toEqual({ error: 'RetiringReactivated', isPlanned: true, days: 7 });
});
