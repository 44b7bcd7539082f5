import { describe, expect, it } from 'vitest';
import { resolveDefinition } from '../../lib/definition.ts';
import { fails, type Input, nothingCut, proven, rotating, rotation, run, waveOf } from './locally.ts';
import { synthesized } from './synthesized.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));
const SHARDS = [0, 1, 2].map((at) => ({ at, of: 3 }));
const many = { scope: 'organization', successions: [], checks: [], shards: SHARDS };
const few = { scope: 'proj_a', successions: [], checks: [] };
const inShards = ({ plan }: Input) => ({
  begins: true,
  anyHalted: false,
  inShards: plan?.scope === many.scope,
});
const begins = { 'Begin the overlap': inShards, 'Begin the cut': inShards, 'Begin the whole way': inShards };
const everywhere = { ...rotation, atOnce: true, waves: [waveOf('everywhere', [many, few])] };
const atOnce = (answers: Parameters<typeof rotating>[0] = {}) =>
  rotating({ ...begins, Plan: () => everywhere, 'Undo at once': nothingCut, ...answers });
const waves = [waveOf('projects', [few]), waveOf('organization', [many])];
const scheduled = (answers: Parameters<typeof rotating>[0] = {}) =>
  rotating({
    ...begins,
    Plan: () => ({ ...rotation, waves }),
    ...{ 'Verify a shard': proven, 'Verify every shard': proven },
    ...answers,
  });

const shardOf = (input: Input | undefined) => (input as { shard?: unknown } | undefined)?.shard;

describe('a scope with too many clients for one function', () => {
  it('is proven and moved shard by shard, cut once, and confirmed shard by shard, where a scope goes by itself', async () => {
    const asked: [string, unknown][] = [];
    const noting = (state: string) => (input: Input) => void asked.push([state, shardOf(input)]);
    const states = ['Verify a shard at once', 'Promote a shard at once', 'Confirm a shard at once'];
    const { error, stepsOf, inputOf } = await run(
      definition,
      atOnce(Object.fromEntries(states.map((state) => [state, noting(state)]))),
    );
    expect(error).toBeNull();
    for (const state of states)
      expect(asked.flatMap(([of, shard]) => (of === state ? [shard] : []))).toEqual(SHARDS);
    const steps = stepsOf('organization');
    expect(steps[0]).toBe('Activate for many at once');
    expect(steps.lastIndexOf('Verify a shard again at once')).toBeLessThan(
      steps.indexOf('Deactivate for many at once'),
    );
    expect(steps.indexOf('Deactivate for many at once')).toBeLessThan(
      steps.indexOf('Confirm a shard at once'),
    );
    expect(steps.at(-1)).toBe('Confirm every shard at once');
    expect(inputOf('Verify a shard again at once')).toMatchObject({ moment: 'beforeCut', shard: SHARDS[0] });
    expect(inputOf('Confirm every shard at once')).toMatchObject({ confirmations: [{}, {}, {}] });
    expect(stepsOf('proj_a')).toContain('Verify at once');
  });

  it.each([
    ['Verify a shard at once', 'SuccessorRefused', 'Undo at once'],
    ['Verify a shard again at once', 'ClientOnRetiring', 'Undo at once'],
    ['Confirm a shard at once', 'SuccessorRefused', 'Undo at once'],
  ])('goes to its undo under the name of what %s found', async (state, name, undo) => {
    const { error, cause, stepsOf } = await run(definition, atOnce({ [state]: fails(name) }));
    expect(error).toBe(name);
    expect(cause).toContain('"scope":"organization"');
    expect(stepsOf('organization')).toContain(undo);
    expect(stepsOf('organization')).not.toContain('Confirm every shard at once');
    expect(stepsOf('proj_a').at(-1)).toBe('Confirm at once');
  });

  it('is proven shard by shard in the overlap, and again before its cut, which each shard then confirms', async () => {
    const { error, stepsOf, inputOf } = await run(definition, scheduled());
    expect(error).toBeNull();
    expect(stepsOf('organization')).toEqual([
      'Activate for many',
      ...SHARDS.map(() => 'Verify a shard'),
      'Verify every shard',
      ...SHARDS.map(() => 'Verify a shard again'),
      'Deactivate for many',
      ...SHARDS.map(() => 'Confirm a shard'),
      'Confirm every shard',
    ]);
    expect(inputOf('Verify every shard')).toMatchObject({ verifications: SHARDS.map(() => ({ probes: 2 })) });
    expect(stepsOf('proj_a')).toContain('Verify new anchors');
  });

  it('is undone where one shard cannot be confirmed', async () => {
    const { error, stepsOf } = await run(
      definition,
      scheduled({ 'Confirm a shard': fails('SuccessorRefused') }),
    );
    expect(error).toBe('SuccessorRefused');
    expect(stepsOf('organization')).toContain('Undo the cut');
    expect(stepsOf('organization')).not.toContain('Confirm every shard');
  });
});
