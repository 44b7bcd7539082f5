import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { restore } from '../../../lambdas/restore.ts';
import { scheduleNext } from '../../../lambdas/schedule-next.ts';
import { verify } from '../../../lambdas/verify.ts';
import { DAY, failing, HOST, NOW, type SceneLeaf, scene, scopeInput } from '../scene.ts';

const OLD: SceneLeaf = { anchor: 'cert_acme0' };
const named = (name: string) => expect.objectContaining({ name });
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** A rotation up to its proof, with the input of Promote. */
async function proven() {
  const set = await scene();
  const planned = await set.plan('one');
  const input = scopeInput('one', planned);
  await activate(set.ports, input);
  const proof = await verify({ ...set.ports, hosts: [HOST] }, { ...input, moment: 'overlap' });
  const { execution } = input;
  return { ...set, planned, input: { execution, plan: planned, verification: [[proof]] } };
}

const current = async ({ secrets }: Awaited<ReturnType<typeof proven>>) =>
  (await secrets.read('billing', 'AWSCURRENT'))?.certificateChain;

describe('promote', () => {
  it('makes the proven leaf current, keeps the old one as previous, and begins the soak at the proof', async () => {
    const set = await proven();
    const was = await current(set);
    expect(await promote(set.ports, set.input)).toEqual({
      promoted: ['billing'],
      alreadyCurrent: [],
      soakUntil: iso(NOW + 7 * DAY),
    });
    expect(await current(set)).not.toBe(was);
    expect((await set.secrets.read('billing', 'AWSPREVIOUS'))?.certificateChain).toBe(was);
    expect(await set.journal.begun()).toEqual([]);
  });

  it('run twice moves nobody twice, and goes on with the soak it began', async () => {
    const set = await proven();
    await promote(set.ports, set.input);
    set.time.now += 2 * DAY;
    expect(await promote(set.ports, set.input)).toEqual({
      promoted: [],
      alreadyCurrent: ['billing'],
      soakUntil: iso(NOW + 7 * DAY),
    });
  });

  it('leaves a client whose staged leaf is no longer the proven one, and holds its scopes', async () => {
    const set = await proven();
    await set.stage('billing', 'AWSPENDING', OLD);
    const was = await current(set);
    expect(await promote(set.ports, set.input)).toMatchObject({ promoted: [], alreadyCurrent: [] });
    expect(await current(set)).toBe(was);
    expect(await set.verdicts.of({ execution: set.input.execution, phase: 'overlap' })).toMatchObject([
      { scope: 'proj_a', verdict: 'halted', error: 'LeafChanged', cause: expect.stringContaining('billing') },
    ]);
  });

  it('moves nobody once an emergency has taken over (I12)', async () => {
    const set = await proven();
    const was = await current(set);
    const takenOver = set.portsWith({
      wire: async (call, act) => {
        if (call.op === 'secret') await set.leases.take({ execution: 'fire', mode: 'emergency' });
        return act();
      },
    });
    await set.stage('billing', 'AWSPENDING', OLD);
    await expect(promote(takenOver, set.input)).rejects.toEqual(named('Superseded'));
    await expect(promote(set.ports, set.input)).rejects.toEqual(named('Superseded'));
    expect(await current(set)).toBe(was);
  });
});

describe('restore', () => {
  it('moves a client back when its new leaf is turned away and its old one let in, and stages the new one again', async () => {
    const set = await proven();
    const was = await current(set);
    await promote(set.ports, set.input);
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    const restored = await restore({ ...set.ports, hosts: [HOST] }, set.input);
    expect(restored).toEqual({ restored: ['billing'], kept: [] });
    expect(await current(set)).toBe(was);
    expect(await set.secrets.read('billing', 'AWSPENDING')).not.toBeNull();
  });

  it('writes down the leaves by fingerprint, and what it finds moved back by an attempt that never heard so', async () => {
    const set = await proven();
    await promote(set.ports, set.input);
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    const wire = failing(({ action }) => action === 'secretsmanager:UpdateSecretVersionStage', {
      after: true,
    });
    const lost = { ...set.portsWith({ wire }), hosts: [HOST] };
    // One call stages the new leaf again, and one moves the client back. The answers of both are lost.
    for (const _ of ['staged', 'moved'])
      await expect(restore(lost, set.input)).rejects.toEqual(named('SecretUnavailable'));
    const leaves = [
      {
        client: 'billing',
        before: await set.fingerprint('billing', { anchor: 'cert_acme1' }),
        after: await set.fingerprint('billing', OLD),
      },
    ];
    const restoring = set.entries().find(({ event }) => event === 'restoring');
    expect(restoring).toMatchObject({ detail: { restoring: 'billing', leaves } });
    expect(await restore({ ...set.ports, hosts: [HOST] }, set.input)).toEqual({
      restored: [],
      kept: ['billing'],
    });
    const detail = { restored: [], kept: ['billing'], alreadyBack: ['billing'], leaves: [] };
    expect(set.entries()).toContainEqual(
      expect.objectContaining({ event: 'restored', detail: { ...detail, unknown: 0 } }),
    );
  });

  it('does so for a client that an earlier run promoted and left', async () => {
    const set = await proven();
    const was = await current(set);
    await promote(set.ports, set.input);
    set.running.delete('one');
    const resumed = await set.plan('two');
    expect(resumed.promotions).toEqual([]);
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    const execution = { id: 'two', startedAt: iso(NOW) };
    await restore({ ...set.ports, hosts: [HOST] }, { execution, plan: resumed });
    expect(await current(set)).toBe(was);
  });

  it('leaves a client whose new leaf gets in', async () => {
    const set = await proven();
    await promote(set.ports, set.input);
    expect(await restore({ ...set.ports, hosts: [HOST] }, set.input)).toEqual({
      restored: [],
      kept: ['billing'],
    });
  });

  it.each([
    ['its new leaf', 1],
    ['its old leaf', 2],
  ])(
    'leaves a client as it is, and asks to look again, while a host says nothing of %s (I9)',
    async (_, nth) => {
      const set = await proven();
      await promote(set.ports, set.input);
      set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
      const was = await current(set);
      let asked = 0;
      const silent: typeof set.probe = async (...probe) =>
        ++asked === nth ? { kind: 'inconclusive', why: 'timed out', passing: true } : set.probe(...probe);
      const restoring = restore({ ...set.ports, hosts: [HOST], probe: silent }, set.input);
      await expect(restoring).rejects.toMatchObject({
        name: 'ProbeInconclusive',
        message: expect.stringContaining('client billing'),
      });
      expect(await current(set)).toBe(was);
      expect((await restore({ ...set.ports, hosts: [HOST] }, set.input)).restored).toEqual(['billing']);
    },
  );

  it('looks at every client, and fails only then, when one of them cannot be looked at', async () => {
    const set = await proven();
    const was = await current(set);
    await promote(set.ports, set.input);
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    const broken = {
      client: 'broken',
      project: 'proj_a',
      secret: 'nobody',
      successor: 'cert_acme1',
      leaf: 'x',
    };
    const [wave] = set.input.plan.waves;
    const scopes = (wave?.scopes ?? []).map((one) => ({ ...one, checks: [broken, ...one.checks] }));
    const plan = { ...set.input.plan, waves: wave ? [{ ...wave, scopes }] : [] };
    await expect(restore({ ...set.ports, hosts: [HOST] }, { ...set.input, plan })).rejects.toEqual(
      named('SecretMissing'),
    );
    expect(await current(set)).toBe(was);
  });
});

describe('the end of a run', () => {
  it('sets the next start, frees the lease and forgets the soaks of what was rotated', async () => {
    const set = await proven();
    await promote(set.ports, set.input);
    expect(await scheduleNext(set.ports, set.input)).toEqual({ nextRotationAt: set.planned.nextRotationAt });
    expect(await release(set.ports, set.input)).toEqual({ outcome: 'rotated' });
    expect(await set.journal.soaks()).toEqual([]);
    await expect(set.leases.demand({ execution: 'one', token: 1 })).rejects.toEqual(named('Superseded'));
  });

  it('keeps the soak of what it only confirmed: another scope may still serve it', async () => {
    const set = await proven();
    await promote(set.ports, set.input);
    const successions = set.planned.successions.map((one) => ({ ...one, resumed: true }));
    await release(set.ports, { ...set.input, plan: { ...set.planned, successions } });
    expect(await set.journal.soaks()).toHaveLength(1);
  });

  it('after a halt frees the lease and keeps the soaks for the next run (I11)', async () => {
    const set = await proven();
    await promote(set.ports, set.input);
    const halt = { Error: 'SuccessorRefused', Cause: 'refused' };
    expect(await release(set.ports, { execution: set.input.execution, halt })).toEqual({ outcome: 'halted' });
    expect(await set.journal.soaks()).toHaveLength(1);
    expect(set.entries().find(({ event }) => event === 'ended')).toMatchObject({
      detail: { outcome: 'halted', Error: 'SuccessorRefused' },
    });
  });

  it('after a halt says who asked for the run, and why: a plan that failed has not', async () => {
    const { ports, input, entries } = await proven();
    const halted = { execution: input.execution, halt: { Error: 'ApiUnavailable', Cause: 'no answer' } };
    const request = { mode: 'manual', reason: 'drill', startedBy: 'ada@laptop' };
    await release(ports, { ...halted, request });
    const ended = () => entries().filter(({ event }) => event === 'ended');
    expect(ended().at(-1)).toMatchObject({ detail: { outcome: 'halted', request } });
    // A request that cannot be read may hold anything, so it is not written down.
    await release(ports, { ...halted, request: { mode: 'whatever', key: 'sk-secret' } });
    expect(ended().at(-1)?.detail).not.toHaveProperty('request');
  });

  it('forgets nothing that an emergency remembers which has taken over', async () => {
    const set = await proven();
    await promote(set.ports, set.input);
    await set.plan('fire', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' });
    expect(await release(set.ports, set.input)).toEqual({ outcome: 'rotated' });
    expect(await set.journal.soaks()).toHaveLength(1);
  });

  it('is as it was when it is run again, though the lease is free by then', async () => {
    const set = await proven();
    await promote(set.ports, set.input);
    await release(set.ports, set.input);
    expect(await release(set.ports, set.input)).toEqual({ outcome: 'rotated' });
  });

  it('frees nothing that an emergency has taken over', async () => {
    const set = await proven();
    const fire = await set.plan('fire', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' });
    await release(set.ports, { execution: set.input.execution, halt: { Error: 'Superseded', Cause: '' } });
    await set.leases.demand({ execution: 'fire', token: fire.lease?.token ?? 0 });
  });

  it('sets no next start for an execution that has lost the lease', async () => {
    const set = await proven();
    await set.plan('fire', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' });
    await expect(scheduleNext(set.ports, set.input)).rejects.toEqual(named('Superseded'));
  });
});
