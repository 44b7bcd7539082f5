import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { onAcme } from '../saying.ts';
import { failing, type SceneAnchor, scene, scopeInput } from '../scene.ts';

const named = (name: string) => expect.objectContaining({ name });

async function overlapping(...about: Parameters<typeof scene>) {
  const set = await scene(...about);
  const input = scopeInput('one', await set.plan('one'));
  await activate(set.ports, input);
  return { ...set, input };
}

describe('deactivate', () => {
  it('cuts the retiring anchor, and remembers the cut as unconfirmed', async () => {
    const { ports, input, activeIn, journal } = await overlapping();
    expect(await deactivate(ports, input)).toEqual({
      scope: 'proj_a',
      deactivated: ['cert_acme0'],
      alreadyInactive: [],
    });
    expect(activeIn('proj_a')).toEqual(['cert_acme1']);
    expect(await journal.cuts()).toMatchObject([
      { scope: 'proj_a', retiring: 'cert_acme0', successor: 'cert_acme1', compromised: false },
    ]);
  });

  it('is safe to run twice', async () => {
    const { ports, input, journal } = await overlapping();
    await deactivate(ports, input);
    expect(await deactivate(ports, input)).toMatchObject({
      deactivated: [],
      alreadyInactive: ['cert_acme0'],
    });
    expect(await journal.cuts()).toHaveLength(1);
  });

  it('refuses when the successor is not active here now, whatever was proven before (I1)', async () => {
    const { ports, input, world, activeIn, journal } = await overlapping();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    await expect(deactivate(ports, input)).rejects.toEqual(named('SuccessorNotActive'));
    expect(activeIn('proj_a')).toEqual(['cert_acme0']);
    expect(await journal.cuts()).toEqual([]);
  });

  it('has remembered the cut, and said what it would change, when it is stopped right after the change', async () => {
    const { portsWith, input, activeIn, entries, journal } = await overlapping();
    const lists = { made: 0 };
    const ports = portsWith({ wire: failing(({ op }) => op === 'list' && ++lists.made === 2) });
    await expect(deactivate(ports, input)).rejects.toEqual(named('ApiUnavailable'));
    expect(activeIn('proj_a')).toEqual(['cert_acme1']);
    expect(await journal.cuts()).toHaveLength(1);
    expect(entries().at(-1)).toMatchObject({
      event: 'deactivating',
      detail: { deactivating: ['cert_acme0'], before: expect.arrayContaining(['cert_acme0', 'cert_acme1']) },
    });
  });

  it('says what it found done where an earlier attempt never heard the answer', async () => {
    const { ports, portsWith, input, entries } = await overlapping();
    const lost = portsWith({ wire: failing(({ op }) => op === 'deactivate', { after: true }) });
    await expect(deactivate(lost, input)).rejects.toEqual(named('ApiUnavailable'));
    await deactivate(ports, input);
    const after = ['cert_acme1'];
    expect(entries().at(-1)).toMatchObject({
      event: 'deactivated',
      scope: 'proj_a',
      detail: { deactivated: [], alreadyInactive: ['cert_acme0'], before: after, after },
    });
  });

  it('looks again before every further batch: whoever takes the successor out meanwhile stops it (I1, I2)', async () => {
    const crowd = Array.from({ length: 12 }, (_, i) => ({
      id: `cert_acme0${i}`,
      expires: 20,
      in: ['proj_a'],
    }));
    const anchors = crowd.map((one) => ({ ...one, name: 'acme@0', renewedFrom: 'cert_acme0' }));
    const { portsWith, input, world, activeIn } = await overlapping([
      ...anchors,
      { id: 'cert_acme1', expires: 300 },
    ]);
    let cuts = 0;
    const ports = portsWith({
      wire: async (call, act) => {
        const answer = act();
        if (call.op === 'deactivate' && ++cuts === 1)
          world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
        return answer;
      },
    });
    await expect(deactivate(ports, input)).rejects.toEqual(named('SuccessorNotActive'));
    expect(activeIn('proj_a')).toHaveLength(2);
  });

  it('cuts nothing once a deployment has changed the clients: one of them may run on what it would cut', async () => {
    const { ports, input, activeIn, journal } = await overlapping();
    const planned = { ...input, plan: { ...input.plan, configured: 'then' } };
    await expect(deactivate({ ...ports, configured: 'now' }, planned)).rejects.toEqual(
      named('ConfigurationChanged'),
    );
    expect(activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
    expect(await journal.cuts()).toEqual([]);
    await deactivate({ ...ports, configured: 'then' }, planned);
    expect(activeIn('proj_a')).toEqual(['cert_acme1']);
  });

  it('passes by no cut that another rotation made which has taken over (I12)', async () => {
    const { ports, input, leases, world, entries } = await overlapping();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    await leases.take({ execution: 'fire', mode: 'emergency' });
    await expect(deactivate(ports, input)).rejects.toEqual(named('Superseded'));
    expect(entries().map(({ event }) => event)).not.toContain('deactivated');
  });

  it('adds nothing to the memory of a rotation that has taken over (I12)', async () => {
    const { ports, plan, input, journal, entries } = await overlapping();
    await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' });
    await expect(deactivate(ports, input)).rejects.toEqual(named('Superseded'));
    expect(await journal.cuts()).toEqual([]);
    expect(entries().at(-1)).toMatchObject({ event: 'planned' });
  });

  it('cuts nothing that has been put on hold during the soak (I5)', async () => {
    const { portsWith, input, activeIn, journal } = await overlapping();
    const ports = portsWith({ hold: ['cert_acme0'] });
    await expect(deactivate(ports, input)).rejects.toEqual(named('AnchorHeld'));
    expect(activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
    expect(await journal.cuts()).toEqual([]);
  });

  it('asks for the lease before each batch of ten, and stops between them when it is lost (F2, I12)', async () => {
    const crowd = Array.from(
      { length: 12 },
      (_, i): SceneAnchor => ({ id: `cert_acme${i}`, expires: 10 + i, in: ['proj_a'] }),
    );
    const successor = { id: 'cert_acme20', expires: 300 };
    const client = { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme20' } };
    const { world, portsWith, plan, input } = await overlapping([...crowd, successor], [client]);
    const calls: number[] = [];
    const ports = portsWith({
      wire: async (call, act) => {
        const answer = act();
        if (call.op !== 'deactivate') return answer;
        calls.push(call.about?.split(' in ')[0]?.split(' ').length ?? 0);
        await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' });
        return answer;
      },
    });
    await expect(deactivate(ports, input)).rejects.toEqual(named('Superseded'));
    expect(calls).toEqual([10]);
    expect(crowd.filter(({ id }) => world.organization.isActive('proj_a', id))).toHaveLength(2);
  });

  it('believes only a listing that shows the cut (I7)', async () => {
    const { ports, portsWith, input } = await overlapping();
    const { list } = portsWith().certificates;
    const stale = await list('proj_a');
    const late = { ...ports, certificates: { ...ports.certificates, list: async () => stale } };
    await expect(deactivate(late, input)).rejects.toEqual(named('ToggleNotVisible'));
  });

  it('takes for no way in what a run that was taken over from may be about to cut in the other scope (I1)', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['organization', 'proj_a'] },
        { id: 'cert_acme1', expires: 300, in: ['organization', 'proj_a'] },
      ],
      [
        { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
        { name: 'reports', project: 'proj_a', running: { anchor: 'cert_acme0' } },
      ],
    );
    const { ports, journal, activeIn, time } = set;
    const request: Request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };
    const input = scopeInput('fire', await set.plan('fire', request), 'organization');
    // The project's cut waits for `reports`. So the project's old anchor lets this client in while the
    // organization is cut.
    expect(input.plan.relies).toMatchObject([{ client: 'reports', anchors: ['cert_acme0'] }]);
    const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', compromised: false };
    const cutAt = new Date(time.now * 1000).toISOString();
    await journal.rememberCuts([{ ...pair, scope: 'proj_a', cutAt }]);
    await expect(deactivate(ports, input)).rejects.toEqual(named('ClientOnRetiring'));
    expect(activeIn('organization')).toEqual(['cert_acme0', 'cert_acme1']);
    // A call is on its way for a quarter of an hour at most. What is listed as active after that stays
    // active.
    time.now += 901;
    await deactivate(ports, input);
    expect(activeIn('organization')).toEqual(['cert_acme1']);
  });

  it('looks again at what is to let a client in whose project does not exist (I1)', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['organization', 'proj_a'] },
        { id: 'cert_acme1', expires: 300, in: ['organization', 'proj_a'] },
        { id: 'cert_keel0', expires: 900, in: ['organization'] },
      ],
      [
        { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
        {
          ...{ name: 'stray', project: 'proj_misspelt' },
          running: { anchor: 'cert_acme0', intermediate: true, by: 'cert_keel0' },
        },
      ],
    );
    const input = scopeInput('one', await set.plan('one'), 'organization');
    expect(input.plan.relies).toMatchObject([{ client: 'stray', anchors: ['cert_keel0'] }]);
    set.world.organization.toggle('organization', 'deactivate', ['cert_keel0'], 'person');
    await expect(deactivate(set.ports, input)).rejects.toEqual(named('ClientOnRetiring'));
  });
});

it('I1: a client that keeps its leaf still has its other way in before each further call, where the API has refused all together', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
      { id: 'cert_bolt0', expires: 900, in: ['proj_a'] },
    ],
    [
      onAcme('billing', 'proj_a'),
      {
        ...{ name: 'stock', project: 'proj_a', running: { anchor: 'cert_keel0' } },
        staged: { anchor: 'cert_keel1' },
      },
      { name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0', by: 'cert_bolt0' } },
    ],
  );
  const input = scopeInput('one', await set.plan('one'));
  expect(input.plan.relies).toMatchObject([{ client: 'search', anchors: ['cert_bolt0'] }]);
  await activate(set.ports, input);
  const refuseTogether = async (scope: string, ids: readonly string[]) => {
    if (ids.length === 1) return set.certificates.deactivate(scope, ids);
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_bolt0'], 'outsider');
    throw new WindlassError('ApiRefused', '400');
  };
  const ports = { ...set.ports, certificates: { ...set.certificates, deactivate: refuseTogether } };
  await expect(deactivate(ports, input)).rejects.toThrow(/search/);
  expect(set.activeIn('proj_a')).toContain('cert_acme0');
});
