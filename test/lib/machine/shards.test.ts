import { describe, expect, it } from 'vitest';
import { endOfAll } from '../../../lambdas/domain/cut/shards.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { fails, type Input, nothingCut, proven, rotating, rotation, run, waveOf } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));
const SHARDS = [0, 1, 2].map((at) => ({ at, of: 3 }));
const many = { scope: 'organization', successions: [], checks: [], shards: SHARDS };
const few = { scope: 'proj_a', successions: [], checks: [] };
const inShards = ({ plan }: Input) => ({
  begins: true,
  anyHalted: false,
  inShards: plan?.scope === many.scope,
  looksFirst: false,
});
const begins = { 'Begin the overlap': inShards, 'Begin the cut': inShards, 'Begin the whole way': inShards };
const everywhere = { ...rotation, atOnce: true, waves: [waveOf('everywhere', [many, few])] };
/** The answer of a step that sums up the ends of all shards. */
const together = (key: string) => (input: Input) => ({
  ...proven(input),
  ...endOfAll(input[key] as object[]).end,
});
const summing = Object.fromEntries(
  ['', ' at once', ' again', ' again at once'].flatMap((when) => [
    [`Verify every shard${when}`, together('verifications')],
    [`Promote every shard${when}`, together('moves')],
    [`Confirm every shard${when}`, together('confirmations')],
  ]),
);
const atOnce = (answers: Parameters<typeof rotating>[0] = {}) =>
  rotating({ ...begins, ...summing, Plan: () => everywhere, 'Undo at once': nothingCut, ...answers });
const waves = [waveOf('projects', [few]), waveOf('organization', [many])];
const scheduled = (answers: Parameters<typeof rotating>[0] = {}) =>
  rotating({
    ...begins,
    ...summing,
    Plan: () => ({ ...rotation, waves }),
    'Verify a shard': proven,
    ...answers,
  });

/** How each shard answers, in their order. */
const ends = (answers: (((input: Input) => unknown) | undefined)[]) => (input: Input) =>
  answers[(shardOf(input) as { at: number }).at]?.(input);
const failed = (name: string, cause = `it was ${name}`): never => {
  throw Object.assign(new Error(cause), { name });
};
/** Resolves after all other shards have answered, however many answers they give. */
async function later(): Promise<void> {
  for (let turns = 0; turns < 2_000; turns++) await new Promise((resolve) => setImmediate(resolve));
}
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
      'Verify every shard again',
      'Deactivate for many',
      ...SHARDS.map(() => 'Confirm a shard'),
      'Confirm every shard',
    ]);
    expect(inputOf('Verify every shard')).toMatchObject({ verifications: SHARDS.map(() => ({ probes: 2 })) });
    // No shard proves what the API did not activate (I17). The cut is in an execution of its own.
    expect(inputOf('Verify a shard')).toHaveProperty('activation');
    expect(inputOf('Verify a shard again')).not.toHaveProperty('activation');
    expect(stepsOf('proj_a')).toContain('Verify new anchors');
  });

  it('moves nobody before all of it has been proven, its witnesses as well (F16)', async () => {
    const slow = ends([undefined, undefined, () => later()]);
    const { stepsOf } = await run(
      definition,
      atOnce({ 'Verify a shard at once': slow, 'Promote a shard at once': slow }),
    );
    const steps = stepsOf('organization');
    expect(steps.lastIndexOf('Verify a shard at once')).toBeLessThan(
      steps.indexOf('Promote a shard at once'),
    );
    expect(steps.indexOf('Promote every shard at once')).toBeLessThan(
      steps.indexOf('Verify a shard again at once'),
    );
  });

  it('has whom it has proven moved shard by shard, where it halts for others (I17)', async () => {
    const asked: unknown[] = [];
    const moving = 'Promote who is proven in a shard at once';
    const answers = {
      'Verify a shard at once': ends([undefined, undefined, () => failed('SuccessorRefused')]),
      [moving]: (input: Input) => {
        asked.push(shardOf(input));
        if (asked.length === 1) failed('LeafChanged');
      },
    };
    const { error, stepsOf, inputOf } = await run(definition, atOnce(answers));
    // A halt in one shard does not stop the other shards, and the scope halts under its own name.
    expect(error).toBe('SuccessorRefused');
    expect(asked).toEqual(SHARDS);
    const halt = { Error: 'SuccessorRefused', Cause: 'it was SuccessorRefused' };
    expect(inputOf(moving)).toMatchObject({ plan: { scope: 'organization' }, lease: {}, halt, undo: {} });
    const steps = stepsOf('organization');
    expect(steps.indexOf('Undo at once')).toBeLessThan(steps.indexOf(moving));
    expect(steps).not.toContain('Promote who is proven at once');
  });

  it.each([
    ['Verify a shard at once', 'TrustWidened', 'LeafChanged', atOnce],
    ['Verify a shard at once', 'SuccessorRefused', 'LeafChanged', atOnce],
    ['Verify a shard again at once', 'TrustWidened', 'ClientOnRetiring', atOnce],
    ['Promote a shard at once', 'LeafChanged', 'SecretUnavailable', atOnce],
    ['Verify a shard', 'TrustWidened', 'LeafChanged', scheduled],
    ['Verify a shard again', 'TrustWidened', 'LeafChanged', scheduled],
    // By the first error alone the cut would stand, though another client is locked out by it (I10).
    ['Confirm a shard at once', 'SuccessorRefused', 'RetiringStillAccepted', atOnce],
    ['Confirm a shard', 'SuccessorRefused', 'RetiringStillAccepted', scheduled],
  ])(
    'halts by the gravest of what its shards came to in %s: %s, though %s is found first',
    async (state, gravest, first, going) => {
      const { error, inputOf, stepsOf } = await run(
        definition,
        going({ [state]: ends([() => failed(first), undefined, () => later().then(() => failed(gravest))]) }),
      );
      expect(error).toBe(gravest);
      const undo =
        going === atOnce
          ? 'Undo at once'
          : /again|Confirm/.test(state)
            ? 'Undo the cut'
            : 'Undo an earlier cut';
      expect(inputOf(undo)).toMatchObject({ halt: { Error: gravest, Cause: `it was ${gravest}` } });
      if (!state.startsWith('Confirm')) expect(stepsOf('organization').join()).not.toContain('Deactivate');
    },
  );

  it('lets nobody wait who gets in though he has to stay out, and nobody who is locked out (F16, I10)', async () => {
    const never = () => new Promise<never>(() => {});
    for (const [state, error] of [
      ['Verify a shard at once', 'TrustWidened'],
      ['Verify a shard again at once', 'SuccessorRefused'],
      ['Confirm a shard at once', 'SuccessorRefused'],
      ['Confirm a shard at once', 'LeafChanged'],
    ] as const) {
      const answers = atOnce({ [state]: ends([never, undefined, () => failed(error)]) });
      expect((await run(definition, answers)).error).toBe(error);
    }
  });

  it('is told to its undo to have moved clients, where a witness gets in only after that (F16)', async () => {
    const { inputOf } = await run(
      definition,
      atOnce({ 'Verify a shard again at once': fails('TrustWidened') }),
    );
    expect(inputOf('Undo at once')).toMatchObject({ promotion: {}, activation: {} });
  });

  it('fits a state, whatever all of its shards have to say of their halts', async () => {
    const all = Array.from({ length: 40 }, (_, at) => ({ at, of: 40 }));
    const wave = [waveOf('everywhere', [{ ...many, shards: all }])];
    const errorMessage = 'LeafChanged: '.padEnd(1_000, 'client and secret; ');
    const frame = '    at readTheWholeInventory (/var/task/lambdas/adapters/read-inventory.ts:28:21)';
    const cause = JSON.stringify({
      ...{ errorType: 'LeafChanged', errorMessage },
      trace: [`LeafChanged: ${errorMessage}`, ...Array(10).fill(frame)],
    });
    const { error } = await run(definition, {
      ...atOnce({ Plan: () => ({ ...everywhere, waves: wave }) }),
      'Verify a shard at once': () => failed('LeafChanged', cause),
    });
    expect(error).toBe('LeafChanged');
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
