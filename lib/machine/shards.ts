import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  JsonPath,
  Map as MapState,
  Pass,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { notAllPromoted } from './halt.ts';
import { inScope, mapItem } from './paths.ts';
import { type Settling, settle } from './settling.ts';
import type { Carried, ShardWork } from './shard-work.ts';
import type { TaskBuilder } from './task.ts';

/** Where a failure goes, and the key of its error. */
export type Caught = { by: IChainable; path: string };

/** How many shards of one scope run at the same time: an inline Map runs no more (Step Functions). */
const SHARDS_AT_ONCE = 40;

/**
 * Moves the clients that a scope has proven before it halts for others, with one function for each shard
 * (I17, I18). A failure in one shard does not stop the others, and the scope still halts under its own name.
 * The log has the reason of a shard's failure.
 */
export function moveWhoIsProven(scope: Construct, task: TaskBuilder, halted: IChainable): IChainable {
  const { at, read, carry } = inScope;
  const carried = ['execution', 'plan', 'lease', 'halt', 'undo'] as const;
  const path = at('promotionHalt');
  const caught = { by: notAllPromoted(scope, 'Not all promoted by itself').next(halted), path };
  const moving = { payload: carry(...carried), resultPath: JsonPath.DISCARD, caught };
  // The scope already has its halt, whatever goes wrong with a client here.
  const kept = { parameters: { halt: read('halt') } };
  const all = task('Promote who is proven at once', 'promote-scope', moving).next(halted);
  const oneShard = task('Promote who is proven in a shard at once', 'promote-scope', {
    ...moving,
    payload: carry(...carried, 'shard'),
    inTurns: true,
    caught: { by: new Pass(scope, 'Proven in a shard, and not moved at once', kept), path },
  });
  const shards = eachShard(scope, 'Promote who is proven shard by shard at once', {
    ...{ carried, oneShard, caught },
    resultPath: JsonPath.DISCARD,
  }).next(halted);
  return new Choice(scope, 'Proven in shards at once?')
    .when(Condition.booleanEquals(at('begin.inShards'), true), shards)
    .otherwise(all);
}

/**
 * Does the same work for each shard of a scope's clients at once, when one function cannot handle all of them
 * (I18). Goes on to `next` when every shard ended well. Otherwise the scope halts by the gravest of the
 * shards' halts. The step chooses that halt, because a Choice state cannot go through a list. `when` is
 * appended to the names of the states. With `settling`, all of it may run twice.
 */
export function shardBuilder(scope: Construct, task: TaskBuilder) {
  const { at, carry } = inScope;
  return (
    work: ShardWork,
    when: string,
    caught: Caught,
    next: IChainable,
    settling?: Settling,
  ): IChainable => {
    const { verb, done, step, carried, moment, ends, result } = work;
    const asked = (...keys: Parameters<typeof carry>) => ({
      payload: { ...carry(...keys), ...(moment && { moment }) },
    });
    const oneShard = task(`${verb} a shard${when}`, step, {
      ...asked(...carried, 'shard'),
      inTurns: true,
      ...endsOfOne(scope, work, when),
    });
    const shards = eachShard(scope, `${verb} shard by shard${when}`, {
      ...{ carried, oneShard, caught },
      resultPath: at(ends),
    });
    const everyShard = task(`${verb} every shard${when}`, step, {
      ...asked(...carried, ends),
      resultPath: at(result),
      caught,
    });
    const halted = new Pass(scope, `Not every shard ${done}${when}`, {
      parameters: {
        Error: JsonPath.stringAt(at(`${result}.halt.Error`)),
        Cause: JsonPath.stringAt(at(`${result}.halt.Cause`)),
      },
      resultPath: caught.path,
    });
    halted.next(caught.by);
    const well = new Choice(scope, `Every shard ${done}${when}?`)
      .when(
        Condition.booleanEquals(at(`${result}.anyHalted`), false),
        settling ? settle(scope, settling, { look: shards, next }) : next,
      )
      .otherwise(halted);
    return shards.next(everyShard).next(well);
  };
}

/** Runs each shard of a scope's clients by itself, all at once. */
function eachShard(
  scope: Construct,
  name: string,
  how: { carried: readonly Carried[]; oneShard: IChainable; caught: Caught; resultPath: string },
): MapState {
  const { at, carry } = inScope;
  return new MapState(scope, name, {
    itemsPath: at('plan.shards'),
    itemSelector: { ...carry(...how.carried), shard: mapItem() },
    maxConcurrency: SHARDS_AT_ONCE,
    resultPath: how.resultPath,
  })
    .itemProcessor(how.oneShard)
    .addCatch(how.caught.by, { resultPath: how.caught.path });
}

/**
 * The Catches of one shard: the halts that end all shards at once, and those that are kept until every shard
 * has ended.
 */
function endsOfOne(scope: Construct, { done, urgent }: ShardWork, when: string) {
  const { at, read } = inScope;
  const kept = () => new Pass(scope, `Shard not ${done}${when}`, { parameters: { halt: read('halt') } });
  const path = at('halt');
  if ('length' in urgent && urgent.length === 0) return { caught: { by: kept(), path } };
  const failed = new Fail(scope, `Shard not ${done}${when}, and none waited for`, {
    errorPath: at('halt.Error'),
    causePath: at('halt.Cause'),
  });
  return 'butFor' in urgent
    ? { apart: { errors: urgent.butFor, by: kept() }, caught: { by: failed, path } }
    : { apart: { errors: urgent, by: failed }, caught: { by: kept(), path } };
}
