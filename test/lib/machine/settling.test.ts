import { describe, expect, it } from 'vitest';
import { endOfAll } from '../../../lambdas/domain/cut/shards.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { type Answers, type Input, proven, rotating, rotation, run, waveOf } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { definition } = resolveDefinition(synthesized().templateOf('acme'));

/**
 * Hosts have not heard yet at the first look at each scope. So the first look asks for a second one 300
 * seconds later.
 */
function unheard(seen: unknown[]) {
  return (input: Input) => {
    const { settled = false } = Object(input).begin;
    seen.push(settled);
    return { ...proven(input), ...endOf(input), settleSeconds: settled ? 0 : 300 };
  };
}
const endOf = (input: Input) => {
  const ends = Object(input).verifications ?? Object(input).confirmations;
  return ends ? endOfAll(ends as object[]).end : {};
};

const one = { scope: 'proj_a', successions: [], checks: [] };
const many = { ...one, shards: [0, 1].map((at) => ({ at, of: 2 })) };
const inShards = ({ plan }: Input) => ({
  ...{ begins: true, anyHalted: false, looksFirst: false },
  inShards: Object(plan).shards !== undefined,
});

async function lookedAt(scope: typeof one, answers: Answers) {
  const plan = { ...rotation, waves: [waveOf('projects', [scope])] };
  const begins = { 'Begin the overlap': inShards, 'Begin the cut': inShards };
  const { error, stepsOf } = await run(
    definition,
    rotating({ Plan: () => plan, ...begins, 'Verify every shard again': endsWell, ...answers }),
  );
  return { error, steps: stepsOf('proj_a') };
}
const endsWell = (input: Input) => ({ ...proven(input), ...endOf(input) });

describe('a scope of which hosts may not have heard', () => {
  it('is looked at once more after its activation, and after its cut, and the second look knows of the first', async () => {
    const verified: unknown[] = [];
    const confirmed: unknown[] = [];
    const { error, steps } = await lookedAt(one, {
      'Verify new anchors': unheard(verified),
      Confirm: unheard(confirmed),
    });
    expect([error, verified, confirmed]).toEqual([null, [false, true], [false, true]]);
    expect(steps).toEqual([
      ...['Activate new anchors', 'Verify new anchors', 'Verify new anchors'],
      ...['Verify again before the cut', 'Deactivate retiring anchors', 'Confirm', 'Confirm'],
    ]);
  });

  it('I18: so it is shard by shard, each of them again', async () => {
    const verified: unknown[] = [];
    const confirmed: unknown[] = [];
    const { error, steps } = await lookedAt(many, {
      'Verify every shard': unheard(verified),
      'Confirm every shard': unheard(confirmed),
    });
    expect([error, verified, confirmed]).toEqual([null, [false, true], [false, true]]);
    const times = (name: string) => steps.filter((step) => step === name).length;
    expect([times('Verify a shard'), times('Confirm a shard')]).toEqual([4, 4]);
  });

  it('halts for what the second look finds, as it does for the first', async () => {
    const { error, steps } = await lookedAt(one, {
      'Verify new anchors': (input) => {
        if (Object(input).begin.settled)
          throw Object.assign(new Error('locked out'), { name: 'SuccessorRefused' });
        return { ...proven(input), settleSeconds: 300 };
      },
    });
    expect([error, steps.includes('Undo an earlier cut')]).toEqual(['SuccessorRefused', true]);
  });

  it('goes on after a function of an older version, which says nothing of it: a rollback may come within a soak', async () => {
    const older = ({ plan }: Input) => ({ scope: plan?.scope });
    const { error, steps } = await lookedAt(one, { Confirm: older });
    expect([error, steps.filter((step) => step === 'Confirm')]).toEqual([null, ['Confirm']]);
  });
});
