import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { restore } from '../../../lambdas/restore.ts';
import { verify } from '../../../lambdas/verify.ts';
import type { Ports } from '../../../simulation/in-process/ports.ts';
import { moveToStaged } from '../saying.ts';
import { failing, type Scene, type SceneClient, scene, scopeInput } from '../scene.ts';

/**
 * The leaked anchor is active in the organization and in both projects. Batch is the only client of its
 * project.
 */
const everywhere = (filter?: string) => [
  { id: 'cert_acme0', expires: 200, in: ['organization', 'proj_a', 'proj_b'] },
  { id: 'cert_acme1', expires: 300, ...(filter && { filter }) },
];
const client = (name: string, project: string, staged: string | null = 'cert_acme1'): SceneClient => ({
  ...{ name, project, running: { anchor: 'cert_acme0' } },
  staged: staged === null ? null : { anchor: staged },
});
const both = [client('api', 'proj_a'), client('batch', 'proj_b')];
const NOT_BATCH = 'subject.common_name != "batch"';

const leaked = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
const leaving = { ...leaked, leaveBehind: ['batch'] };

/** Runs one scope of an emergency, and returns what its steps have seen. */
async function goes(planned: Plan, scope: string, ports: Ports, clients: SceneClient[] = both) {
  const configured = clients.map(({ name, project }) => ({ name, project, secret: name }));
  const input = { ...scopeInput('arn:run', planned, scope), configuration: { clients: configured } };
  await activate(ports, input);
  const verification = await verify(ports, { ...input, moment: 'overlap' });
  await promoteScope(ports, { ...input, verification });
  await verify(ports, { ...input, moment: 'beforeCut' });
  await deactivate(ports, input);
  return { verification, confirmation: await confirm(ports, input) };
}

const silent = (project: string) => failing(({ op, scope }) => op === 'probe' && scope === project);
const runsOn = async (set: Scene, name: string) => (await set.secrets.read(name, 'AWSCURRENT'))?.versionId;

describe('a client that may be left behind (I6)', () => {
  it('keeps no scope from its cut where the successor turns it away, and stays where it is', async () => {
    const set = await scene(everywhere(NOT_BATCH), both);
    const planned = await set.plan('arn:run', { ...leaving, onListing: ['proj_b'] });
    const before = await runsOn(set, 'batch');
    for (const scope of ['organization', 'proj_a', 'proj_b']) await goes(planned, scope, set.ports);
    for (const scope of ['organization', 'proj_a', 'proj_b'])
      expect(set.activeIn(scope)).toEqual(['cert_acme1']);
    expect(await runsOn(set, 'batch')).toBe(before);
    const told = set.entries().find(({ event, scope }) => event === 'verified' && scope === 'organization');
    expect(Object(told?.detail).excused).toMatchObject([{ client: 'batch', error: 'SuccessorRefused' }]);
  });

  it('is moved where nothing is known against its new leaf', async () => {
    const set = await scene(everywhere(), both);
    const planned = await set.plan('arn:run', leaving);
    const { versionId } = (await set.secrets.read('batch', 'AWSPENDING')) ?? {};
    const { verification } = await goes(planned, 'organization', set.portsWith({ wire: silent('proj_b') }));
    expect(verification).not.toHaveProperty('stay');
    expect(await runsOn(set, 'batch')).toBe(versionId);
    expect(set.activeIn('organization')).toEqual(['cert_acme1']);
  });

  it('is looked at again before it is taken for turned away: a toggle may be on its way', async () => {
    const set = await scene(everywhere(NOT_BATCH), both);
    const planned = await set.plan('arn:run', leaving);
    const paused: number[] = [];
    const pause = async (seconds: number) => {
      paused.push(seconds);
      set.world.organization.setFilter('cert_acme1', undefined);
    };
    const { verification } = await goes(planned, 'organization', set.portsWith({ pause }));
    expect(paused).toEqual([5]);
    expect(verification).not.toHaveProperty('stay');
  });

  it('has to be proven where nobody else proves its scope, and nobody allowed the listing there', async () => {
    const set = await scene(everywhere(NOT_BATCH), both);
    const planned = await set.plan('arn:run', leaving);
    await expect(goes(planned, 'proj_b', set.ports)).rejects.toMatchObject({ name: 'SuccessorRefused' });
    await goes(planned, 'organization', set.ports);
    expect(set.activeIn('proj_b')).toEqual(['cert_acme0', 'cert_acme1']);
  });

  it('may be put on what is cut between the plan and the cut', async () => {
    const clients = [client('api', 'proj_a'), client('batch', 'proj_a', null)];
    const set = await scene(everywhere(), clients);
    const planned = await set.plan('arn:run', leaving);
    await set.stage('batch', 'AWSCURRENT', { anchor: 'cert_acme0', intermediate: true });
    await goes(planned, 'proj_a', set.ports, clients);
    expect(set.activeIn('proj_a')).toEqual(['cert_acme1']);
  });

  it('may lose the other anchor that it was to get in by', async () => {
    const anchors = [...everywhere(), { id: 'cert_keel1', expires: 300, in: ['proj_a'] }];
    const cross = { ...client('batch', 'proj_a', null), running: { anchor: 'cert_acme0', by: 'cert_keel1' } };
    const set = await scene(anchors, [client('api', 'proj_a'), cross]);
    const planned = await set.plan('arn:run', leaving);
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_keel1'], 'outsider');
    await goes(planned, 'proj_a', set.ports);
    expect(set.activeIn('proj_a')).toEqual(['cert_acme1']);
  });

  it('whose old leaf still gets in shows that the leaked key does, and that is red', async () => {
    const set = await scene(everywhere(), both);
    const planned = await set.plan('arn:run', leaving);
    const input = scopeInput('arn:run', planned, 'organization');
    await activate(set.ports, input);
    await promoteScope(set.ports, input);
    // The projects claim to be cut though they still trust the anchor, so nobody looks there later.
    for (const project of ['proj_a', 'proj_b']) await set.verdicts.sayCut(input.execution, project);
    await expect(confirm(set.ports, input)).rejects.toMatchObject({ name: 'RetiringStillAccepted' });
  });

  it('is looked at no more where a look takes as long as hosts need that do not answer', async () => {
    const set = await scene(everywhere(NOT_BATCH), both);
    const planned = await set.plan('arn:run', leaving);
    const paused: number[] = [];
    const ports = (seconds: number) => {
      let now = set.time.now;
      const pause = async (waited: number) => void paused.push(waited);
      return set.portsWith({ pause, clock: () => (now += seconds) });
    };
    const input = scopeInput('arn:run', planned, 'organization');
    await activate(set.ports, input);
    expect(await verify(ports(90), { ...input, moment: 'overlap' })).toMatchObject({ stay: ['batch'] });
    expect(paused).toEqual([]);
    expect(await verify(ports(1), { ...input, moment: 'overlap' })).toMatchObject({ stay: ['batch'] });
    expect(paused).toEqual([5, 10]);
  });

  it('keeps nobody waiting who is alone in a scope that the policy lets go by the listing', async () => {
    const set = await scene(everywhere(NOT_BATCH), both);
    const planned = await set.plan('arn:run', leaving, { listingScopes: ['proj_b'] });
    const { verification } = await goes(planned, 'proj_b', set.ports);
    expect(verification).toMatchObject({ evidence: 'listing', stay: ['batch'] });
    expect(set.activeIn('proj_b')).toEqual(['cert_acme1']);
  });

  it('is told by its shard, moved by none, and keeps no shard from its cut (I18)', async () => {
    const set = await scene(everywhere(NOT_BATCH), both);
    const planned = await set.plan('arn:run', leaving);
    const input = scopeInput('arn:run', planned, 'organization');
    await activate(set.ports, input);
    const shards = [0, 1].map((at) => ({ at, of: 2 }));
    const look = async (moment: 'overlap' | 'beforeCut') => {
      const verifications = [];
      for (const shard of shards) verifications.push(await verify(set.ports, { ...input, moment, shard }));
      return verify(set.ports, { ...input, moment, verifications });
    };
    const verification = await look('overlap');
    expect(verification).toMatchObject({ stay: ['batch'], anyHalted: false });
    const before = { api: await runsOn(set, 'api'), batch: await runsOn(set, 'batch') };
    for (const shard of shards) await promoteScope(set.ports, { ...input, shard, verification });
    expect(await runsOn(set, 'batch')).toBe(before.batch);
    expect(await runsOn(set, 'api')).not.toBe(before.api);
    expect(await look('beforeCut')).toMatchObject({ anyHalted: false });
    await deactivate(set.ports, input);
    const confirmations = [];
    for (const shard of shards) confirmations.push(await confirm(set.ports, { ...input, shard }));
    expect(await confirm(set.ports, { ...input, confirmations })).toMatchObject({
      anyHalted: false,
    });
    expect(set.activeIn('organization')).toEqual(['cert_acme1']);
  });

  it('fails no Restore', async () => {
    const set = await scene(everywhere(), both);
    const planned = await set.plan('arn:run', leaving);
    await moveToStaged(set.secrets, 'batch');
    const ports = set.portsWith({ wire: silent('proj_b') });
    const execution = { id: 'arn:run', startedAt: planned.plannedAt };
    // Where proj_b has no other client, a proof of this client is required.
    await expect(restore(ports, { execution, plan: planned })).rejects.toMatchObject({
      name: 'ProbeInconclusive',
    });
    const again = await set.plan('arn:run', { ...leaving, onListing: 'all' });
    expect(await restore(ports, { execution, plan: again })).toMatchObject({ restored: [] });
  });
});

describe('a scope that an emergency may cut on the listing (I6)', () => {
  it('is cut where a probe says nothing, which is called no proof, and its client is moved', async () => {
    const own = everywhere().map((one) => (one.in ? { ...one, in: ['proj_b'] } : one));
    const set = await scene(own, both);
    const planned = await set.plan('arn:run', { ...leaked, onListing: 'all' });
    const { versionId } = (await set.secrets.read('batch', 'AWSPENDING')) ?? {};
    const wire = silent('proj_b');
    const { verification, confirmation } = await goes(planned, 'proj_b', set.portsWith({ wire }));
    expect([verification.evidence, confirmation.evidence]).toEqual(['listing', 'listing']);
    expect(await runsOn(set, 'batch')).toBe(versionId);
    expect(set.activeIn('proj_b')).toEqual(['cert_acme1']);
  });

  it('is cut so where its request names it, and no other scope is', async () => {
    const set = await scene(everywhere(), both);
    const planned = await set.plan('arn:run', { ...leaked, onListing: ['proj_b'] });
    const ports = set.portsWith({ wire: silent('proj_b') });
    await goes(planned, 'proj_b', ports);
    expect(set.activeIn('proj_b')).toEqual(['cert_acme1']);
    await expect(goes(planned, 'organization', ports)).rejects.toMatchObject({ name: 'ProbeInconclusive' });
  });

  it('has its client looked after when a run has halted: of whom a host says nothing, nobody knows (I9)', async () => {
    const set = await scene(everywhere(), both);
    const planned = await set.plan('arn:run', { ...leaked, onListing: 'all' });
    await moveToStaged(set.secrets, 'batch');
    const execution = { id: 'arn:run', startedAt: planned.plannedAt };
    const looked = restore(set.portsWith({ wire: silent('proj_b') }), { execution, plan: planned });
    await expect(looked).rejects.toMatchObject({ name: 'ProbeInconclusive' });
  });

  it('waits for the proof where the policy alone names it: an emergency skips what its request names', async () => {
    const set = await scene(everywhere(), both);
    const planned = await set.plan('arn:run', leaked, { listingScopes: ['proj_b'] });
    const ports = set.portsWith({ wire: silent('proj_b') });
    await expect(goes(planned, 'proj_b', ports)).rejects.toMatchObject({ name: 'ProbeInconclusive' });
    expect(set.activeIn('proj_b')).toContain('cert_acme0');
  });

  it('is not cut where a client that has to get in is turned away', async () => {
    const set = await scene(everywhere(NOT_BATCH), both);
    const planned = await set.plan('arn:run', { ...leaked, onListing: 'all' });
    await expect(goes(planned, 'proj_b', set.ports)).rejects.toMatchObject({ name: 'SuccessorRefused' });
    expect(set.activeIn('proj_b')).toContain('cert_acme0');
  });

  it('waits for a probe that says nothing where the rotation is a scheduled one', async () => {
    const due = everywhere().map((one) => (one.id === 'cert_acme0' ? { ...one, expires: 20 } : one));
    const set = await scene(due, both);
    const planned = await set.plan('arn:run', { mode: 'scheduled' }, { listingScopes: ['proj_b'] });
    const input = scopeInput('arn:run', planned, 'proj_b');
    await activate(set.ports, input);
    const ports = set.portsWith({ wire: silent('proj_b') });
    await expect(verify(ports, { ...input, moment: 'overlap' })).rejects.toMatchObject({
      name: 'ProbeInconclusive',
    });
  });
});

it('an emergency says in its plan whom it may lock out, and where it may cut without a proof', async () => {
  const own = everywhere().map((one) => (one.in ? { ...one, in: ['proj_a', 'proj_b'] } : one));
  const set = await scene(own, both);
  const { warnings } = await set.plan('arn:run', { ...leaving, onListing: ['proj_b'] });
  expect(warnings).toEqual([
    'proj_b is rotated on the listing alone: nobody probes it who has to get in, so filters are unseen',
    'the cut of cert_acme0 may lock out batch, as an emergency was allowed',
    expect.stringMatching(/^cert_acme0 may be cut in proj_b though no probe proves that clients get in/),
  ]);
});
