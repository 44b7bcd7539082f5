import { describe, expect, it } from 'vitest';
import { beginScope } from '../../../lambdas/begin-scope.ts';
import { concludeScope } from '../../../lambdas/conclude-scope.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { haltedMeanwhile } from '../../../lambdas/domain/metrics.ts';
import { timeOf } from '../../../lambdas/domain/next-run/time-left.ts';
import { judge } from '../../../lambdas/judge.ts';
import { DAY, scene } from '../scene.ts';

const execution = { id: 'arn:run', startedAt: '2026-11-23T00:00:00.000Z' };
const plan = { scope: 'proj_a', successions: [], checks: [] };
const asked = { execution, plan, phase: 'cut' as const, mode: 'scheduled' as const, child: 'arn:child:0' };
const halted = (scope: string, cause = 'it was'): ScopeVerdict => ({
  ...{ scope, cause, verdict: 'halted', error: 'ApiRefused' },
});

describe("a scope's own execution", () => {
  it('begins where it is the first, asked again or not, and not where a twin of it is', async () => {
    const { verdicts, clock } = await scene();
    expect(await beginScope({ verdicts, clock }, asked)).toMatchObject({ begins: true });
    expect(await beginScope({ verdicts, clock }, asked)).toMatchObject({ begins: true });
    expect(await beginScope({ verdicts, clock }, { ...asked, child: 'arn:child:1' })).toMatchObject({
      begins: false,
    });
  });

  it('begins anew in the other phase, and in another run', async () => {
    const { verdicts, clock } = await scene();
    await beginScope({ verdicts, clock }, { ...asked, phase: 'overlap', child: 'arn:child:7' });
    expect(await beginScope({ verdicts, clock }, asked)).toMatchObject({ begins: true });
    const other = { ...asked, execution: { ...execution, id: 'arn:other' }, child: 'arn:child:8' };
    expect(await beginScope({ verdicts, clock }, other)).toMatchObject({ begins: true });
  });

  it('begins under a name that another run had long before', async () => {
    const { verdicts, clock } = await scene();
    await beginScope({ verdicts, clock }, asked);
    const again = {
      ...asked,
      execution: { ...execution, startedAt: '2027-03-23T00:00:00.000Z' },
      child: 'arn:child:9',
    };
    expect(await beginScope({ verdicts, clock }, again)).toMatchObject({ begins: true });
  });

  it('does not begin once a person stops its run, unless it is an emergency', async () => {
    const { verdicts, clock } = await scene();
    const mark = { reason: 'Ada: a freeze has begun', stopper: 'one' };
    await verdicts.stop(execution.id, mark);
    await expect(beginScope({ verdicts, clock }, asked)).rejects.toMatchObject({
      name: 'Stopped',
      message: 'proj_a was not begun: Ada: a freeze has begun',
    });
    const emergency = { ...asked, mode: 'emergency' as const };
    expect(await beginScope({ verdicts, clock }, emergency)).toMatchObject({ begins: true });
    await verdicts.goOn(execution.id, mark);
    expect(await beginScope({ verdicts, clock }, asked)).toMatchObject({ begins: true });
  });

  it('does not begin to cut what halted in the overlap, and says how it did (I18)', async () => {
    const { verdicts, clock } = await scene();
    await verdicts.leave({ execution, phase: 'overlap' }, halted('proj_a'));
    const cut = { ...asked, after: 'overlap' as const };
    expect(await beginScope({ verdicts, clock }, cut)).toEqual({
      begins: false,
      anyHalted: true,
      inShards: false,
      looksFirst: false,
      halt: { Error: 'ApiRefused', Cause: 'not begun, since it halted before: it was' },
    });
    // Another execution of the same scope leaves no second verdict.
    const twin = await beginScope({ verdicts, clock }, { ...cut, child: 'arn:child:1' });
    expect(twin).toEqual({ begins: false, anyHalted: false, inShards: false, looksFirst: false });
    const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '' };
    await verdicts.leave({ execution, phase: 'overlap' }, proven);
    expect(await beginScope({ verdicts, clock }, cut)).toEqual({
      begins: true,
      anyHalted: false,
      inShards: false,
      looksFirst: false,
    });
  });

  it('does not begin once its run has no time left for it, but the overlap of the organization does, and what has begun goes on (I17)', async () => {
    const { verdicts, clock, time } = await scene();
    const planned = timeOf(time.now, DAY);
    const timed = (scope: string) => ({ ...asked, plan: { ...plan, scope, time: planned } });
    const ports = { verdicts, clock };
    time.now += 2 * DAY + 1;
    const overlap = (scope: string) => ({ ...timed(scope), phase: 'overlap' as const });
    await expect(beginScope(ports, overlap('proj_a'))).rejects.toMatchObject({
      name: 'OutOfTime',
      message: `proj_a was not begun: this run had until ${instant(time.now - 1)} for that. The next run goes on with it`,
    });
    expect(await beginScope(ports, overlap('organization'))).toMatchObject({ begins: true });
    // The day of soak is not part of that time.
    const cut = { ...timed('proj_b'), after: 'overlap' as const };
    const left = { scope: 'proj_b', verdict: 'proven' as const, error: '', cause: '' };
    await verdicts.leave({ execution, phase: 'overlap' }, left);
    time.now += 3 * DAY - 1;
    expect(await beginScope(ports, cut)).toMatchObject({ begins: true });
    time.now++;
    for (const scope of ['proj_b', 'organization'])
      await expect(beginScope(ports, timed(scope))).rejects.toMatchObject({ name: 'OutOfTime' });
    // A plan of an older version has no time, so its scopes begin. A scope that halted in the overlap keeps
    // that verdict.
    expect(await beginScope(ports, { ...asked, child: 'arn:child:2' })).toMatchObject({ begins: true });
    await verdicts.leave({ execution, phase: 'overlap' }, halted('proj_c'));
    expect(await beginScope(ports, { ...timed('proj_c'), after: 'overlap' })).toMatchObject({
      halt: { Error: 'ApiRefused' },
    });
  });

  it('leaves its verdict, a long cause in its operator’s part', async () => {
    const { verdicts } = await scene();
    const errorMessage = 'y'.repeat(9_000);
    const cause = JSON.stringify({ errorType: 'ApiRefused', errorMessage, trace: ['at z'] });
    const conclude = { execution, phase: 'cut' as const, verdict: halted('proj_a', cause) };
    const rings: unknown[] = [];
    const metrics = { emit: (all: readonly unknown[]) => void rings.push(...all) };
    expect(await concludeScope({ verdicts, metrics }, conclude)).toEqual({});
    expect(rings).toEqual([]);
    const [left] = await verdicts.of({ execution, phase: 'cut' });
    expect(left).toEqual(halted('proj_a', 'y'.repeat(5_000)));
    expect(await verdicts.of({ execution, phase: 'overlap' })).toEqual([]);
  });

  it('rings at once where a cut was undone, or could not be: the others of its wave may take for hours (I10, I13)', async () => {
    const { verdicts } = await scene();
    const rings: unknown[] = [];
    const metrics = { emit: (all: readonly unknown[]) => void rings.push(...all) };
    const verdict = { ...halted('proj_a', 'the undo did not succeed'), undone: true };
    await concludeScope({ verdicts, metrics }, { execution, phase: 'cut', verdict });
    expect(rings).toEqual(haltedMeanwhile(1));
  });
});

describe('the judgement', () => {
  async function wave() {
    const set = await scene();
    const planned = await set.plan('arn:run');
    const { lease: _, ...whole } = planned;
    const [carried] = (await set.manifests.keep('arn:run', whole, [])).waves;
    if (!carried || !('list' in carried)) throw new Error('the plan has no wave');
    return { ...set, input: { execution, phase: 'cut' as const, wave: carried } };
  }

  it('counts the verdicts in the table against the list, and not those of other scopes', async () => {
    const { manifests, verdicts, input } = await wave();
    const confirmed = { verdict: 'confirmed' as const, error: '', cause: '' };
    await verdicts.leave({ execution, phase: 'cut' }, halted('proj_b'));
    await verdicts.leave({ execution, phase: 'cut' }, { scope: 'proj_a', ...confirmed });
    expect(await judge({ manifests, verdicts }, input)).toEqual({ anyHalted: false, scopes: 1 });
  });

  it('tolerates a client that does not answer where it is told to, and not where all cuts are judged (rule 4)', async () => {
    const { manifests, verdicts, input } = await wave();
    const silent = { ...halted('proj_a'), error: 'ProbeInconclusive' };
    await verdicts.leave({ execution, phase: 'cut' }, silent);
    const told = await judge({ manifests, verdicts }, { ...input, tolerant: true });
    expect(told).toEqual({ anyHalted: false, tolerated: 1, scopes: 1 });
    const { wave: own, ...all } = input;
    const waves = [own, own];
    expect(await judge({ manifests, verdicts }, { ...all, waves })).toMatchObject({
      ...{ anyHalted: true, scopes: 1, halt: { Error: 'ProbeInconclusive' } },
    });
  });

  it('lets the next wave of cuts begin after a scope that the overlap has held, whoever is to blame (I17)', async () => {
    const { manifests, verdicts, input } = await wave();
    const stays = { ...halted('proj_a'), error: 'LeafChanged' };
    await verdicts.leave({ execution, phase: 'overlap' }, stays);
    await verdicts.leave({ execution, phase: 'cut' }, stays);
    const told = await judge({ manifests, verdicts }, { ...input, tolerant: true });
    expect(told).toEqual({ anyHalted: false, tolerated: 1, scopes: 1 });
    // In the overlap the halt counts against its own wave. One halt is tolerated except among the canaries,
    // because the overlap takes nothing from anybody.
    const { wave: own, ...all } = input;
    const overlapOf = (name: typeof own.name) =>
      judge(
        { manifests, verdicts },
        { ...all, wave: { ...own, name }, phase: 'overlap' as const, tolerant: true },
      );
    expect(await overlapOf('projects')).toMatchObject({ anyHalted: false, tolerated: 1 });
    expect(await overlapOf('canary')).toMatchObject({ anyHalted: true });
    expect(await judge({ manifests, verdicts }, { ...all, waves: [own] })).toMatchObject({
      ...{ anyHalted: true, halt: { Error: 'LeafChanged' } },
    });
  });

  it('lets none begin after a refusal in a scope that the overlap has proven (rule 4)', async () => {
    const { manifests, verdicts, input } = await wave();
    const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '' };
    await verdicts.leave({ execution, phase: 'overlap' }, proven);
    await verdicts.leave({ execution, phase: 'cut' }, { ...halted('proj_a'), error: 'SuccessorRefused' });
    expect(await judge({ manifests, verdicts }, { ...input, tolerant: true })).toMatchObject({
      ...{ anyHalted: true, halt: { Error: 'SuccessorRefused' } },
    });
  });

  it('takes a scope that left none for one that has halted', async () => {
    const { manifests, verdicts, input } = await wave();
    expect(await judge({ manifests, verdicts }, input)).toMatchObject({
      anyHalted: true,
      halt: { Error: 'ScopeLost' },
    });
  });

  it('of an execution of an older machine is by what that hands over', async () => {
    const { manifests, verdicts } = await scene();
    const handed = { wave: { scopes: [{ scope: 'proj_a' }] }, verdicts: [halted('proj_a')] };
    expect(await judge({ manifests, verdicts }, handed)).toMatchObject({ halt: { Error: 'ApiRefused' } });
  });
});
