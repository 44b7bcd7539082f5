import { beforeEach, describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { inShard } from '../../../lambdas/domain/cut/shards.ts';
import type { Verification } from '../../../lambdas/domain/document.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { scene, scopeInput } from '../scene.ts';

const named = (name: string) => expect.objectContaining({ name });
const NAMES = ['billing', 'search', 'reports', 'mail'];
const CLIENTS = NAMES.map((name) => ({
  ...{ name, project: 'proj_a' },
  ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
}));
const SHARDS = [0, 1].map((at) => ({ at, of: 2 }));
const EMERGENCY: Request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };
const namesIn = (plan: ScopePlan, shard: { at: number; of: number }) =>
  inShard(plan, shard).checks.map(({ client }) => client);

let set: Awaited<ReturnType<typeof scene>>;
let input: ReturnType<typeof scopeInput>;
const clients = () => ({ configuration: { clients: CLIENTS.map((one) => ({ ...one, secret: one.name })) } });
const verifyShard = (moment: 'overlap' | 'beforeCut', shard: { at: number; of: number }) =>
  verify(set.ports, { ...input, ...clients(), moment, shard });

describe('the clients of one scope, shard by shard', () => {
  beforeEach(async () => {
    set = await scene(undefined, CLIENTS);
    input = scopeInput('one', await set.plan('one', EMERGENCY));
    await activate(set.ports, input);
  });

  it('are moved where they have been proven, in a scope that halts for one of them (I17)', async () => {
    const [shard = { at: 0, of: 2 }] = SHARDS;
    const [silent = ''] = namesIn(input.plan, shard);
    const { probe } = set.ports;
    const partly: typeof probe = async (host, held) =>
      held.apiKey === `sk-${silent}` ? { kind: 'inconclusive', why: '401' } : probe(host, held);
    const ends = SHARDS.map((one) =>
      verify({ ...set.ports, probe: partly }, { ...input, ...clients(), moment: 'overlap', shard: one }),
    );
    expect((await Promise.allSettled(ends)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    const halted = (name: string) => ({ ...input, halt: { Error: name, Cause: 'it was' } });
    expect(await promoteScope(set.ports, halted('TrustWidened'))).toMatchObject({ promoted: [] });
    const undo = { scope: 'proj_a', anyCut: false, reactivated: [], left: [], takenBack: ['cert_acme1'] };
    const back = { ...halted('ProbeRefused'), undo: { ...undo, summary: '', also: '' } };
    expect(await promoteScope(set.ports, back)).toMatchObject({ promoted: [] });
    const { promoted } = await promoteScope(set.ports, halted('ProbeRefused'));
    expect(promoted.toSorted()).toEqual(NAMES.filter((name) => name !== silent).toSorted());
  });

  it('are not moved where one of their shards has not come to its end: who has to stay out may be in that (F16)', async () => {
    const [, second = { at: 1, of: 2 }] = SHARDS;
    const halted = { ...input, halt: { Error: 'SuccessorRefused', Cause: 'it was' } };
    await verifyShard('overlap', second);
    expect(await promoteScope(set.ports, halted)).toMatchObject({ promoted: [] });
    const stuck = verify(
      { ...set.ports, probe: () => new Promise(() => {}) },
      { ...input, ...clients(), moment: 'overlap', shard: { at: 0, of: 2 } },
    );
    await Promise.race([stuck, new Promise((done) => setTimeout(done, 20))]);
    expect(await promoteScope(set.ports, halted)).toMatchObject({ promoted: [] });
  });

  it('are proven, moved and confirmed each by its own shard, and the cut is struck off when all have been', async () => {
    const [first, second] = SHARDS.map((shard) => namesIn(input.plan, shard));
    expect([...(first ?? []), ...(second ?? [])].sort()).toEqual([...NAMES].sort());
    expect(first?.length).toBeGreaterThan(0);
    expect(second?.length).toBeGreaterThan(0);
    const looks = [];
    for (const shard of SHARDS) looks.push(await verifyShard('overlap', shard));
    expect(looks.map(({ probes }) => probes)).toEqual([first, second].map((names = []) => 2 * names.length));
    expect(await verify(set.ports, { ...input, moment: 'overlap', verifications: looks })).toMatchObject({
      probes: 2 * NAMES.length,
    });
    const moved = [];
    for (const shard of SHARDS) moved.push((await promoteScope(set.ports, { ...input, shard })).promoted);
    expect(moved).toEqual([first, second]);
    for (const shard of SHARDS) await verifyShard('beforeCut', shard);
    await deactivate(set.ports, input);
    const confirmations = [];
    for (const shard of SHARDS) confirmations.push(await confirm(set.ports, { ...input, shard }));
    expect(confirmations.map(({ refused }) => refused)).toEqual([first, second]);
    expect(await set.journal.cuts()).toHaveLength(1);
    const before = set.entries().length;
    expect(await confirm(set.ports, { ...input, confirmations })).toMatchObject({ probes: 3 * NAMES.length });
    expect(await set.journal.cuts()).toEqual([]);
    expect(set.entries().slice(before)).toMatchObject([
      { event: 'confirmed', detail: { refused: [], shards: 2 } },
    ]);
  });

  it('tell in the trail which shard each line is about', async () => {
    for (const shard of SHARDS) await verifyShard('overlap', shard);
    const told = set.entries().filter(({ event }) => event === 'verified');
    expect(told.map(({ detail }) => (detail as { shard?: object }).shard)).toEqual(SHARDS);
  });

  it('are looked for on the retiring anchor where nothing proves them, each in its own shard (I1)', async () => {
    const own = SHARDS.find((shard) => namesIn(input.plan, shard).includes('mail'));
    const other = SHARDS.find((shard) => shard !== own);
    if (!own || !other) throw new Error('mail is in both shards');
    // This scene leaves out the check of mail, as if mail was moved there after the plan.
    const checks = input.plan.checks.filter(({ client }) => client !== 'mail');
    input = { ...input, plan: { ...input.plan, checks } };
    for (const shard of SHARDS) await promoteScope(set.ports, { ...input, shard });
    await set.stage('mail', 'AWSCURRENT', { anchor: 'cert_acme0' });
    await expect(verifyShard('beforeCut', own)).rejects.toEqual(named('ClientOnRetiring'));
    await expect(verifyShard('beforeCut', other)).resolves.toMatchObject({ scope: 'proj_a' });
  });

  it('keep the cut in mind where one of them is locked out (I10)', async () => {
    for (const shard of SHARDS) await promoteScope(set.ports, { ...input, shard });
    await deactivate(set.ports, input);
    set.world.organization.toggle('organization', 'activate', ['cert_acme0'], 'outsider');
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    for (const shard of SHARDS)
      await expect(confirm(set.ports, { ...input, shard })).rejects.toEqual(named('SuccessorRefused'));
    expect(await set.journal.cuts()).toHaveLength(1);
  });

  it('are looked at again together where the look before the cut waited minutes for one shard (I1)', async () => {
    for (const shard of SHARDS) await promoteScope(set.ports, { ...input, shard });
    const verifications: Verification[] = [];
    for (const shard of SHARDS) verifications.push(await verifyShard('beforeCut', shard));
    const sum = (seconds: number) =>
      verify(
        { ...set.ports, clock: () => set.ports.clock() + seconds },
        { ...input, ...clients(), moment: 'beforeCut', verifications },
      );
    await set.stage('mail', 'AWSCURRENT', { anchor: 'cert_acme0' });
    expect(await sum(60)).toMatchObject({ anyHalted: false, probes: 2 * NAMES.length });
    await expect(sum(600)).rejects.toEqual(named('LeafChanged'));
    await set.stage('mail', 'AWSCURRENT', { anchor: 'cert_acme1' });
    expect(await sum(600)).toMatchObject({ anyHalted: false, probes: 2 * NAMES.length });
  });

  it('come to the gravest halt of all shards, and the cut is kept in mind while one of them has halted (I10)', async () => {
    const halted = (name: string) => ({ halt: { Error: name, Cause: `it was ${name}` } });
    const [first] = SHARDS;
    const looks = [halted('ProbeInconclusive'), await verifyShard('overlap', first ?? { at: 0, of: 2 })];
    const verifications = [...looks, halted('SuccessorRefused'), halted('LeafChanged')];
    expect(await verify(set.ports, { ...input, moment: 'overlap', verifications })).toMatchObject({
      anyHalted: true,
      halt: { Error: 'SuccessorRefused', Cause: 'it was SuccessorRefused' },
    });
    for (const shard of SHARDS) await promoteScope(set.ports, { ...input, shard });
    expect(await promoteScope(set.ports, { ...input, moves: [halted('LeafChanged')] })).toMatchObject({
      anyHalted: true,
      halt: { Error: 'LeafChanged' },
    });
    await deactivate(set.ports, input);
    const confirmations = [halted('RevocationInconclusive'), halted('RetiringStillAccepted')];
    const before = set.entries().length;
    expect(await confirm(set.ports, { ...input, confirmations })).toMatchObject({
      anyHalted: true,
      halt: { Error: 'RetiringStillAccepted' },
    });
    expect(await set.journal.cuts()).toHaveLength(1);
    expect(set.entries()).toHaveLength(before);
  });

  it('come to nothing where another rotation has taken over meanwhile (I12)', async () => {
    const later = { ...input, lease: { token: 0 } };
    const halts = [{ halt: { Error: 'LeafChanged', Cause: 'it was LeafChanged' } }];
    for (const sum of [
      verify(set.ports, { ...later, moment: 'overlap', verifications: halts }),
      promoteScope(set.ports, { ...later, moves: halts }),
      confirm(set.ports, { ...later, confirmations: halts }),
    ])
      await expect(sum).rejects.toEqual(named('Superseded'));
  });
});
