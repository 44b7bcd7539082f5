import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { promote } from '../../../lambdas/promote.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { restore } from '../../../lambdas/restore.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn } from '../saying.ts';
import { DAY, HOST, type Scene, type SceneLeaf, scene, scopeInput } from '../scene.ts';

// A cross-certificate moves an issuing CA below another root. The leaf stays the same, and only its chain
// changes.
const OLD: SceneLeaf = { anchor: 'cert_acme0', intermediate: true };
const NEXT: SceneLeaf = { anchor: 'cert_acme1', sameAs: 'cert_acme0' };
const HEX = /^[0-9a-f]{16}$/;
const EVIDENCE = ['listing', 'probe'] as const;

type Held = { running?: SceneLeaf; staged?: SceneLeaf | null };

const recertified = ({ running = OLD, staged = NEXT }: Held = {}) =>
  scene(undefined, [{ name: 'billing', project: 'proj_a', running, staged }]);

/** Runs the overlap of a run. Returns the input of its steps and their ports. */
async function overlapped(set: Scene, request: Request, evidence: 'listing' | 'probe') {
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one', request, { evidence }, ports);
  const input = scopeInput('one', plan);
  const activation = await activate(ports, input);
  const verification = await verify(ports, { ...input, activation, moment: 'overlap' });
  const { provenAt } = verification;
  const about = { execution: input.execution, phase: 'overlap' as const };
  await set.verdicts.leave(about, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
  return { ports, plan, input, verification };
}

const promoted = ({ ports, plan, input, verification }: Awaited<ReturnType<typeof overlapped>>) =>
  plan.atOnce
    ? promoteScope(ports, { ...input, verification })
    : promote(ports, { execution: input.execution, plan, verification: [[verification]] });

/** A whole rotation. `inTheSoak` is what somebody does during its soak. */
async function rotated(
  set: Scene,
  {
    request = { mode: 'scheduled' },
    evidence,
    inTheSoak,
  }: { request?: Request; evidence: 'listing' | 'probe'; inTheSoak?: () => Promise<unknown> },
) {
  const run = await overlapped(set, request, evidence);
  const { ports, plan, input } = run;
  await promoted(run);
  if (!plan.atOnce) set.time.now += 7 * DAY;
  await inTheSoak?.();
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, input);
  return confirm(ports, { ...input, verification, deactivation });
}

const EMERGENCY: Request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };

it.each(
  EVIDENCE.flatMap((evidence) => [
    { evidence, request: { mode: 'scheduled' } as const },
    { evidence, request: EMERGENCY },
  ]),
)(
  'I1: a client whose staged version is its own leaf with the chain of the successor is moved to that chain before the cut ($evidence, $request.mode)',
  async ({ evidence, request }) => {
    const set = await recertified();
    const seen = await rotated(set, { evidence, request });
    expect([set.activeIn('proj_a'), await isIn(set, 'billing')]).toEqual([['cert_acme1'], 'accepted']);
    // With its old chain the very same leaf is refused, which proves the revocation.
    expect(seen.refused).toEqual(evidence === 'probe' ? ['billing'] : []);
  },
);

it('the trail tells the chains where the leaf is the same, and who is there already is moved no other time', async () => {
  const set = await recertified();
  const run = await overlapped(set, { mode: 'scheduled' }, 'probe');
  expect(await promoted(run)).toMatchObject({ promoted: ['billing'], alreadyCurrent: [] });
  expect(await promoted(run)).toMatchObject({ promoted: [], alreadyCurrent: ['billing'] });
  const leaf = await set.fingerprint('billing', OLD);
  const [before, after] = [expect.stringMatching(HEX), expect.stringMatching(HEX)];
  expect(set.entries().find(({ event }) => event === 'promoting')).toMatchObject({
    detail: { leaves: [{ client: 'billing', before: leaf, after: leaf, chains: { before, after } }] },
  });
});

it('a plan of an older version, which knows the chain of what was staged alone, sees the old chain refused after the cut', async () => {
  const set = await recertified();
  const run = await overlapped(set, { mode: 'scheduled' }, 'probe');
  const checks = run.input.plan.checks.map(({ retiringChain: _, ...check }) => check);
  const input = { ...run.input, plan: { ...run.input.plan, checks } };
  await promoted(run);
  set.time.now += 7 * DAY;
  const verification = await verify(run.ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(run.ports, input);
  expect(await confirm(run.ports, { ...input, verification, deactivation })).toMatchObject({
    refused: ['billing'],
  });
});

it('I11: one of a still older version, which knows no chain, takes the same leaf for the proven one, as it was made to', async () => {
  const set = await scene();
  const run = await overlapped(set, { mode: 'scheduled' }, 'probe');
  await promoted(run);
  set.time.now += 7 * DAY;
  const checks = run.input.plan.checks.map(({ chain: _, retiringChain: __, ...check }) => check);
  const input = { ...run.input, plan: { ...run.input.plan, checks } };
  const verification = await verify(run.ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(run.ports, input);
  const seen = await confirm(run.ports, { ...input, verification, deactivation });
  expect(seen.refused).toEqual(['billing']);
});

it('rule 3: a move to another chain of the same leaf is something to do, though the cut is held', async () => {
  const set = await scene(undefined, [
    { name: 'billing', project: 'proj_a', running: OLD, staged: NEXT },
    { name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0' } },
  ]);
  const plan = await set.plan('one');
  expect([plan.decision, plan.promotions.map(({ client }) => client)]).toEqual(['rotate', ['billing']]);
});

it.each(EVIDENCE)(
  'I1: the proven leaf that has come back to its old chain in the soak is not the proven one (%s)',
  async (evidence) => {
    const set = await recertified();
    const inTheSoak = () => set.stage('billing', 'AWSCURRENT', OLD);
    await expect(rotated(set, { evidence, inTheSoak })).rejects.toMatchObject({ name: 'LeafChanged' });
    expect(await isIn(set, 'billing')).toBe('accepted');
  },
);

it.each(EVIDENCE)(
  'I1: nor is one that its client ran on before the plan, and that has lost the chain to the successor since (%s)',
  async (evidence) => {
    const set = await recertified({ running: NEXT, staged: null });
    const inTheSoak = () => set.stage('billing', 'AWSCURRENT', OLD);
    await expect(rotated(set, { evidence, inTheSoak })).rejects.toMatchObject({ name: 'LeafChanged' });
    expect(await isIn(set, 'billing')).toBe('accepted');
  },
);

it('a certificate more beside the proven leaf, which goes on leading to the successor, halts nobody', async () => {
  const set = await recertified({ running: OLD, staged: { anchor: 'cert_acme1', intermediate: true } });
  const inTheSoak = () =>
    set.stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1', intermediate: true, by: 'cert_acme0' });
  await rotated(set, { evidence: 'probe', inTheSoak });
  expect(await isIn(set, 'billing')).toBe('accepted');
});

it('I8: the leaf that a client runs on below what retires is no proof of the successor, where the chain staged with it is gone', async () => {
  const set = await recertified();
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  await activate(set.ports, input);
  await set.stage('billing', 'AWSPENDING', { anchor: 'cert_acme0' });
  const look = verify({ ...set.ports, hosts: [HOST] }, { ...input, moment: 'overlap' });
  await expect(look).rejects.toMatchObject({ name: 'LeafChanged' });
});

it('a client that is moved back to the old chain of its leaf is found moved back, and no other time', async () => {
  const set = await recertified();
  const run = await overlapped(set, { mode: 'scheduled' }, 'probe');
  await promoted(run);
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
  const about = { execution: run.input.execution, plan: run.plan };
  expect(await restore(run.ports, about)).toEqual({ restored: ['billing'], kept: [] });
  expect(await isIn(set, 'billing')).toBe('accepted');
  expect(await restore(run.ports, about)).toEqual({ restored: [], kept: ['billing'] });
});
