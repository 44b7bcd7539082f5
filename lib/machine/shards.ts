import { Fail, type IChainable, Map as MapState } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inScope, mapItem } from './paths.ts';

/** Where a failure goes, and where its error is kept. */
export type Caught = { by: IChainable; path: string };

type ShardNames = { shards: string; notDone: string };

/** What the steps of each shard carry beside the scope's plan and their shard. */
type Carried = ('execution' | 'evidence' | 'plan' | 'lease' | 'clients' | 'deactivation')[];

/** Shards of one scope at the same time: an inline Map runs no more (Step Functions). */
const SHARDS_AT_ONCE = 40;

/**
 * Does the same for each shard of a scope's clients, all at once, where there are too many for one function (I18). The first that
 * fails ends it under its own name: whatever the others would have come to, the scope halts.
 */
export function shardBuilder(scope: Construct) {
  const { at, carry } = inScope;
  return (
    { shards, notDone }: ShardNames,
    { carried, result, caught }: { carried: Carried; result: string; caught: Caught },
    sentence: (caught: Caught) => IChainable,
  ): MapState => {
    const failed = new Fail(scope, notDone, { errorPath: at('halt.Error'), causePath: at('halt.Cause') });
    return new MapState(scope, shards, {
      itemsPath: at('plan.shards'),
      itemSelector: { ...carry(...carried), shard: mapItem() },
      maxConcurrency: SHARDS_AT_ONCE,
      resultPath: result,
    })
      .itemProcessor(sentence({ by: failed, path: at('halt') }))
      .addCatch(caught.by, { resultPath: caught.path });
  };
}
