import { describe, expect, it } from 'vitest';
import { beginScope } from '../../lambdas/begin-scope.ts';
import { concludeScope } from '../../lambdas/conclude-scope.ts';
import type { ScopeVerdict } from '../../lambdas/domain/document.ts';
import { judge } from '../../lambdas/judge.ts';
import { scene } from './scene.ts';

const execution = { id: 'arn:run', startedAt: '2026-11-23T00:00:00.000Z' };
const plan = { scope: 'proj_a', successions: [], checks: [] };
const asked = { execution, plan, phase: 'cut' as const, mode: 'scheduled' as const, child: 'arn:child:0' };
const halted = (scope: string, cause = 'it was'): ScopeVerdict => ({
  ...{ scope, cause, verdict: 'halted', error: 'ApiRefused' },
});

describe("a scope's own execution", () => {
  it('begins where it is the first, asked again or not, and not where a twin of it is', async () => {
    const { verdicts } = await scene();
    expect(await beginScope({ verdicts }, asked)).toEqual({ begins: true });
    expect(await beginScope({ verdicts }, asked)).toEqual({ begins: true });
    expect(await beginScope({ verdicts }, { ...asked, child: 'arn:child:1' })).toEqual({ begins: false });
  });

  it('begins anew in the other phase, and in another run', async () => {
    const { verdicts } = await scene();
    await beginScope({ verdicts }, { ...asked, phase: 'overlap', child: 'arn:child:7' });
    expect(await beginScope({ verdicts }, asked)).toEqual({ begins: true });
    const other = { ...asked, execution: { ...execution, id: 'arn:other' }, child: 'arn:child:8' };
    expect(await beginScope({ verdicts }, other)).toEqual({ begins: true });
  });

  it('begins under a name that another run had long before', async () => {
    const { verdicts } = await scene();
    await beginScope({ verdicts }, asked);
    const again = {
      ...asked,
      execution: { ...execution, startedAt: '2027-03-23T00:00:00.000Z' },
      child: 'arn:child:9',
    };
    expect(await beginScope({ verdicts }, again)).toEqual({ begins: true });
  });

  it('does not begin once a person stops its run, unless it is an emergency', async () => {
    const { verdicts } = await scene();
    await verdicts.stop(execution.id, 'Ada: a freeze has begun');
    await expect(beginScope({ verdicts }, asked)).rejects.toMatchObject({
      name: 'Stopped',
      message: 'proj_a was not begun: Ada: a freeze has begun',
    });
    const emergency = { ...asked, mode: 'emergency' as const };
    expect(await beginScope({ verdicts }, emergency)).toEqual({ begins: true });
    await verdicts.goOn(execution.id);
    expect(await beginScope({ verdicts }, asked)).toEqual({ begins: true });
  });

  it('leaves its verdict, a long cause in its operator’s part', async () => {
    const { verdicts } = await scene();
    const errorMessage = 'y'.repeat(9_000);
    const cause = JSON.stringify({ errorType: 'ApiRefused', errorMessage, trace: ['at z'] });
    const conclude = { execution, phase: 'cut' as const, verdict: halted('proj_a', cause) };
    expect(await concludeScope({ verdicts }, conclude)).toEqual({});
    const [left] = await verdicts.of({ execution, phase: 'cut' });
    expect(left).toEqual(halted('proj_a', 'y'.repeat(5_000)));
    expect(await verdicts.of({ execution, phase: 'overlap' })).toEqual([]);
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
