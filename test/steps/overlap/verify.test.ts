import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme } from '../saying.ts';
import { failing, type SceneClient, type SceneLeaf, scene, scopeInput } from '../scene.ts';

const [OLD, NEW]: SceneLeaf[] = [{ anchor: 'cert_acme0' }, { anchor: 'cert_acme1' }];
const named = (name: string) => expect.objectContaining({ name });

async function overlapping(...about: Parameters<typeof scene>) {
  const set = await scene(...about);
  const input = scopeInput('one', await set.plan('one'));
  await activate(set.ports, input);
  return { ...set, input };
}

/** A client that is ready, beside a client of another authority whose anchor stays. */
const BESIDE_KEEL = [
  onAcme('billing', 'proj_a'),
  { name: 'search', project: 'proj_a', running: { anchor: 'cert_keel0' } },
];
const besideKeel = (expires: number) =>
  scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 300, in: ['proj_a'] },
    ],
    BESIDE_KEEL,
  );
const configuredFor = (clients: readonly SceneClient[]) => ({
  clients: clients.map((one) => ({ ...one, secret: one.name })),
});

describe('verify', () => {
  it('proves the staged leaf beside a control, and moves nobody', async () => {
    const { ports, input, secrets } = await overlapping();
    const before = await secrets.read('billing', 'AWSCURRENT');
    expect(await verify(ports, { ...input, moment: 'overlap' })).toMatchObject({
      scope: 'proj_a',
      probes: 2,
    });
    expect(await secrets.read('billing', 'AWSCURRENT')).toEqual(before);
  });

  it('says that it is the successor’s filter that refuses a leaf, and passes where the filter lets it in (F16)', async () => {
    const withFilter = (filter: string) => [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: 'subject.common_name == "billing"' },
      { id: 'cert_acme1', expires: 300, filter },
    ];
    const wrong = await overlapping(withFilter('subject.common_name == "search"'));
    await expect(verify(wrong.ports, { ...wrong.input, moment: 'overlap' })).rejects.toMatchObject({
      name: 'SuccessorRefused',
      message: expect.stringContaining("the successor's filter refuses the leaf of client billing"),
    });
    const right = await overlapping(withFilter('subject.common_name == "billing"'));
    expect(await verify(right.ports, { ...right.input, moment: 'overlap' })).toMatchObject({ probes: 2 });
  });

  it('leaves what another active anchor refuses, which has issued the leaf itself, to that anchor (F7, I17)', async () => {
    const nobody = 'subject.common_name == "nobody"';
    const anchors = [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 900, in: ['proj_a'], filter: nobody },
    ];
    const crossed = { anchor: 'cert_globex0', by: 'cert_acme1' };
    const ready = { name: 'billing', project: 'proj_a', running: OLD ?? crossed, staged: NEW ?? null };
    const neighbour = { name: 'search', project: 'proj_a', running: crossed };
    const { ports, input } = await overlapping(anchors, [ready, neighbour]);
    expect(await verify(ports, { ...input, moment: 'overlap' })).toMatchObject({ evidence: 'probe' });
    // A client that is to be moved onto such a leaf would be refused with it, and is not moved.
    const moving = await overlapping(anchors, [{ ...ready, staged: crossed }]);
    await expect(verify(moving.ports, { ...moving.input, moment: 'overlap' })).rejects.toMatchObject({
      name: 'SuccessorRefused',
    });
  });

  it('proves the leaf that the plan chose, not an unsound one that is staged and hangs from the same key', async () => {
    const renewed = [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
    ];
    const clients = [
      {
        name: 'billing',
        project: 'proj_a',
        running: { anchor: 'cert_acme0' },
        staged: { anchor: 'cert_acme1', flaw: 'expired' as const },
      },
    ];
    const { ports, input } = await overlapping(renewed, clients);
    // One look and two more: a leaf that leads to both anchors does not show that the host has heard of the
    // successor.
    expect(await verify(ports, { ...input, moment: 'overlap' })).toMatchObject({ probes: 3 * 2 });
  });

  it('refuses a leaf that was staged after the plan, before any host is called', async () => {
    const { ports, input, stage } = await overlapping();
    await stage('billing', 'AWSPENDING', { anchor: 'cert_acme1', intermediate: true });
    await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toEqual(named('LeafChanged'));
  });

  it('takes before the cut only what a client runs on, a leaf renewed during the soak included', async () => {
    const { ports, input, stage } = await overlapping();
    await expect(verify(ports, { ...input, moment: 'beforeCut' })).rejects.toEqual(named('LeafChanged'));
    await stage('billing', 'AWSCURRENT', NEW as SceneLeaf);
    expect(await verify(ports, { ...input, moment: 'beforeCut' })).toMatchObject({ probes: 2 });
    await stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1', flaw: undefined });
    expect(await verify(ports, { ...input, moment: 'beforeCut' })).toMatchObject({ probes: 2 });
    await stage('billing', 'AWSCURRENT', OLD as SceneLeaf);
    await expect(verify(ports, { ...input, moment: 'beforeCut' })).rejects.toEqual(named('LeafChanged'));
  });

  describe('before the cut looks at the clients that the plan does not prove', () => {
    const client = (name: string, anchor: string, project = 'proj_a') => ({
      ...{ name, project, running: { anchor } },
    });
    const [billing, staged] = [client('billing', 'cert_acme0'), { anchor: 'cert_acme1' }];
    const anchors = [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 300, in: ['proj_a', 'proj_b'] },
    ];
    async function soaked(...about: [typeof anchors, ReturnType<typeof client>[]]) {
      const [all, others] = about;
      const set = await overlapping(all, [{ ...billing, staged } as typeof billing, ...others]);
      await set.stage('billing', 'AWSCURRENT', staged);
      const clients = [billing, ...others].map(({ name, project }) => ({ name, project, secret: name }));
      const look = { ...set.input, moment: 'beforeCut' as const, configuration: { clients } };
      return { ...set, look };
    }

    it('and refuses where one has been moved onto what is about to be cut (I1)', async () => {
      const { ports, look, stage } = await soaked(anchors, [client('search', 'cert_keel0')]);
      expect(await verify(ports, look)).toMatchObject({ probes: 2 });
      await stage('search', 'AWSCURRENT', { anchor: 'cert_keel0', intermediate: true });
      expect(await verify(ports, look)).toMatchObject({ probes: 2 });
      for (const intermediate of [false, true]) {
        await stage('search', 'AWSCURRENT', { anchor: 'cert_acme0', intermediate });
        const refusal = await verify(ports, look).catch((error) => error);
        expect(refusal).toMatchObject({ name: 'ClientOnRetiring' });
        expect(refusal.message).toContain('search runs on an anchor that is about to be cut in proj_a');
      }
      // Only the look before the cut refuses this. At another moment the client may still have to move.
      expect(await verify(ports, { ...look, moment: 'afterUndo' })).toMatchObject({ scope: 'proj_a' });
    });

    it('though another was judged to keep such a leaf, and that one alone (I1)', async () => {
      const others = [client('search', 'cert_keel0'), client('batch', 'cert_acme0')];
      const set = await scene(anchors, [{ ...billing, staged } as typeof billing, ...others]);
      const request = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leak' };
      const planned = await set.plan('one', { ...request, leaveBehind: ['batch'] });
      const input = scopeInput('one', planned);
      await activate(set.ports, input);
      await set.stage('billing', 'AWSCURRENT', staged);
      const clients = [billing, ...others].map(({ name, project }) => ({ name, project, secret: name }));
      const look = { ...input, moment: 'beforeCut' as const, configuration: { clients } };
      expect(await verify(set.ports, look)).toMatchObject({ probes: 2 });
      await set.stage('search', 'AWSCURRENT', { anchor: 'cert_acme0' });
      await expect(verify(set.ports, look)).rejects.toMatchObject({
        name: 'ClientOnRetiring',
        message: expect.stringMatching(/^search runs/),
      });
    });

    it('though the same CA is uploaded a second time, and active in another project (I1)', async () => {
      const again = { id: 'cert_again1', expires: 300, in: ['proj_b'], renewedFrom: 'cert_acme0' };
      const twice = await soaked([...anchors, again], [client('search', 'cert_keel0')]);
      await twice.stage('search', 'AWSCURRENT', { anchor: 'cert_acme0' });
      await expect(verify(twice.ports, twice.look)).rejects.toMatchObject({ name: 'ClientOnRetiring' });
      const here = { ...again, in: ['proj_a'] };
      const twiceHere = await soaked([...anchors, here], [client('search', 'cert_keel0')]);
      await twiceHere.stage('search', 'AWSCURRENT', { anchor: 'cert_acme0' });
      expect(await verify(twiceHere.ports, twiceHere.look)).toMatchObject({ probes: 2 });
    });

    it('but not at those of another project, nor at any where the successor has the very key (I1)', async () => {
      const elsewhere = await soaked(anchors, [client('search', 'cert_keel0', 'proj_b')]);
      await elsewhere.stage('search', 'AWSCURRENT', { anchor: 'cert_acme0' });
      expect(await verify(elsewhere.ports, elsewhere.look)).toMatchObject({ probes: 2 });
      const renewed = anchors.map((one) =>
        one.id === 'cert_acme1' ? { ...one, renewedFrom: 'cert_acme0' } : one,
      );
      const samekey = await soaked(renewed, [client('search', 'cert_keel0')]);
      expect(samekey.look.plan).not.toHaveProperty('retiringIssuers');
      await samekey.stage('search', 'AWSCURRENT', { anchor: 'cert_acme0' });
      expect(await verify(samekey.ports, samekey.look)).toMatchObject({ probes: 2 });
    });

    it('and proves nothing while a secret does not answer (I9)', async () => {
      const { portsWith, look } = await soaked(anchors, [client('search', 'cert_keel0')]);
      const ports = portsWith({ wire: failing(({ about }) => about?.includes(' search ') === true) });
      await expect(verify(ports, look)).rejects.toEqual(named('SecretUnavailable'));
    });
  });

  it('after an undo is content with the leaf that a client ran on before, though the new one is gone (I10)', async () => {
    const { ports, input, stage } = await overlapping();
    await stage('billing', 'AWSPENDING', { anchor: 'cert_acme1', intermediate: true });
    expect(await verify(ports, { ...input, moment: 'afterUndo' })).toMatchObject({ probes: 2 });
    await stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1', intermediate: true });
    await stage('billing', 'AWSCURRENT', { anchor: 'cert_acme0', intermediate: true });
    await expect(verify(ports, { ...input, moment: 'afterUndo' })).rejects.toEqual(named('LeafChanged'));
  });

  it('is not enough where callers without a certificate get in (I8)', async () => {
    const { ports, input, world } = await overlapping();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0', 'cert_acme1'], 'outsider');
    await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toEqual(named('NotEnforced'));
  });

  it('writes down what it saw refused, and when it looked', async () => {
    const { ports, input, world, entries } = await overlapping();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toEqual(named('SuccessorRefused'));
    expect(entries().at(-1)).toMatchObject({
      event: 'verified',
      scope: 'proj_a',
      detail: { moment: 'overlap', error: 'SuccessorRefused', cause: expect.stringContaining('billing') },
    });
  });

  it('fails as it would have where the journal is down (I9)', async () => {
    const { portsWith, input, world } = await overlapping();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    const ports = portsWith({ wire: failing(({ op }) => op === 'journal') });
    await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toEqual(named('SuccessorRefused'));
  });

  it('is inconclusive, never a pass, when a host does not answer (I9)', async () => {
    const { portsWith, input, entries } = await overlapping();
    const { WireFailure } = await import('../../../simulation/in-process/wire.ts');
    const ports = portsWith({
      wire: async (call, act) => {
        if (call.op === 'probe') throw new WireFailure('timeout');
        return act();
      },
    });
    await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toEqual(named('ProbeInconclusive'));
    // Such a look is tried again for 45 minutes. It has no verdict, so it is not written into the trail.
    expect(entries().map(({ event }) => event)).not.toContain('verified');
  });

  it('is superseded once an emergency has taken over, whatever else is wrong by then (I12)', async () => {
    const { ports, portsWith, input, leases, stage } = await overlapping();
    const takingOver = portsWith({
      wire: async (call, act) => {
        if (call.op === 'secret') await leases.take({ execution: 'fire', mode: 'emergency' });
        return act();
      },
    });
    await stage('billing', 'AWSPENDING', { anchor: 'cert_acme1', intermediate: true });
    await expect(verify(takingOver, { ...input, moment: 'overlap' })).rejects.toEqual(named('Superseded'));
    await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toEqual(named('Superseded'));
    const older = { ...input, lease: undefined };
    await expect(verify(ports, { ...older, moment: 'overlap' })).rejects.toEqual(named('LeafChanged'));
  });

  it('leaves the wire alone under listing evidence', async () => {
    const { ports, input } = await overlapping();
    expect(await verify(ports, { ...input, evidence: 'listing', moment: 'overlap' })).toMatchObject({
      probes: 0,
    });
  });

  it('waits before the cut for no secret that the plan could not read either and passed over (I17)', async () => {
    const { ports, plan, world, stage } = await besideKeel(20);
    // An earlier plan knows search as a client of another authority.
    await plan('one');
    world.broken.add('garbled search');
    const input = scopeInput('one', await plan('one'));
    await stage('billing', 'AWSCURRENT', NEW as SceneLeaf);
    await activate(ports, input);
    const configuration = configuredFor(BESIDE_KEEL);
    const look = { ...input, configuration, moment: 'beforeCut' as const };
    expect(await verify(ports, look)).toMatchObject({ probes: 2 });
    const { unread: _, ...knowing } = input.plan;
    await expect(verify(ports, { ...look, plan: knowing })).rejects.toEqual(named('SecretInvalid'));
  });

  it('nor, where all that is cut is compromised, for one that did not answer then and does not now (I16)', async () => {
    const { plan, portsWith, stage } = await besideKeel(200);
    await plan('one');
    const silent = portsWith({
      wire: failing(({ op, about }) => op === 'secret' && about?.includes('search') === true),
    });
    const leaked = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
    const planned = await plan('two', leaked, {}, silent);
    const input = scopeInput('two', planned);
    expect(input.plan.successions[0]).not.toHaveProperty('held');
    await activate(silent, input);
    await stage('billing', 'AWSCURRENT', NEW as SceneLeaf);
    const configuration = configuredFor(BESIDE_KEEL);
    const look = { ...input, configuration, moment: 'beforeCut' as const };
    expect(await verify(silent, look)).toMatchObject({ probes: 2 });
  });
});
