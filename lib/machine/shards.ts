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

/** Where a failure goes, and where its error is kept. */
export type Caught = { by: IChainable; path: string };

/** Shards of one scope at the same time: an inline Map runs no more (Step Functions). */
const SHARDS_AT_ONCE = 40;

/**
 * Has whom a scope has proven moved before it halts for others, with as many functions as it has shards (I17, I18). What keeps one shard keeps
 * no other, and the scope halts under its own name, whatever becomes of them. In shards the log has what kept one.
 */
export function moveWhoIsProven(scope: Construct, task: TaskBuilder, halted: IChainable): IChainable {
  const { at, read, carry } = inScope;
  const carried = ['execution', 'plan', 'lease', 'halt', 'undo'] as const;
  const path = at('promotionHalt');
  const caught = { by: notAllPromoted(scope, 'Not all promoted by itself').next(halted), path };
  const moving = { payload: carry(...carried), resultPath: JsonPath.DISCARD, caught };
  // The scope has its halt already, whatever keeps a client.
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
 * Does the same for each shard of a scope's clients, all at once, where there are too many for one function (I18), and goes on to `next`
 * where each has ended well. Else the scope halts by the gravest of their halts, which its step chooses: a Choice state cannot
 * go through a list. `when` stands behind the names of its states; with `settling` all of it may come twice.
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

/** Each shard of a scope's clients by itself, all at once. */
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

/** What ends all shards at once, and what is kept until every other has ended, too. */
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
