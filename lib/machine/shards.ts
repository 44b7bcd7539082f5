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
import { KEEPS_THE_CUT } from '../../lambdas/domain/cut/undo.ts';
import { type ErrorName, lockoutErrors } from '../../lambdas/domain/errors.ts';
import type { Step } from '../steps.ts';
import { inScope, mapItem } from './paths.ts';
import type { TaskBuilder } from './task.ts';

/** Where a failure goes, and where its error is kept. */
export type Caught = { by: IChainable; path: string };

type Carried = 'execution' | 'evidence' | 'plan' | 'lease' | 'clients' | 'verification' | 'deactivation';

/** What is done with each shard of a scope's clients, by its verb and its participle. */
type ShardWork = {
  verb: string;
  done: string;
  step: Step;
  carried: readonly Carried[];
  moment?: 'beforeCut';
  /** Where the ends of all shards are kept, and where what they come to. */
  ends: 'verifications' | 'moves' | 'confirmations';
  result: 'verification' | 'promotion' | 'confirmation';
  /** The halts that wait for no other shard, or all but those given. */
  urgent: readonly ErrorName[] | { butFor: readonly ErrorName[] };
};

const BY_ALL = ['execution', 'evidence', 'plan', 'lease'] as const;

/** Each client is looked at: one that is locked out, or that gets in and has to stay out, is not overlooked for a lesser halt. */
export const VERIFIED = {
  ...{ verb: 'Verify', done: 'proven', step: 'verify', carried: [...BY_ALL, 'clients'] },
  ...{ ends: 'verifications', result: 'verification', urgent: ['TrustWidened', ...lockoutErrors] },
} as const satisfies ShardWork;

/** No undo begins while another function still moves clients. */
export const PROMOTED = {
  ...{ verb: 'Promote', done: 'moved', step: 'promote-scope', carried: [...BY_ALL, 'verification'] },
  ...{ ends: 'moves', result: 'promotion', urgent: [] },
} as const satisfies ShardWork;

/** A cut that has to be taken back waits for nobody; that it stands can only be said when no client is locked out (I10). */
export const CONFIRMED = {
  ...{ verb: 'Confirm', done: 'confirmed', step: 'confirm', carried: [...BY_ALL, 'deactivation'] },
  ...{ ends: 'confirmations', result: 'confirmation', urgent: { butFor: KEEPS_THE_CUT } },
} as const satisfies ShardWork;

/** Shards of one scope at the same time: an inline Map runs no more (Step Functions). */
const SHARDS_AT_ONCE = 40;

/**
 * Does the same for each shard of a scope's clients, all at once, where there are too many for one function (I18), and goes on to `next`
 * where each has ended well. Else the scope halts by the gravest of their halts, which its step chooses: a Choice state cannot
 * go through a list. `when` stands behind the names of its states.
 */
export function shardBuilder(scope: Construct, task: TaskBuilder) {
  const { at, carry } = inScope;
  return (work: ShardWork, when: string, caught: Caught, next: IChainable): IChainable => {
    const { verb, done, step, carried, moment, ends, result } = work;
    const asked = (...keys: Parameters<typeof carry>) => ({
      payload: { ...carry(...keys), ...(moment && { moment }) },
    });
    const oneShard = task(`${verb} a shard${when}`, step, {
      ...asked(...carried, 'shard'),
      ...endsOfOne(scope, work, when),
    });
    const shards = new MapState(scope, `${verb} shard by shard${when}`, {
      itemsPath: at('plan.shards'),
      itemSelector: { ...carry(...carried), shard: mapItem() },
      maxConcurrency: SHARDS_AT_ONCE,
      resultPath: at(ends),
    })
      .itemProcessor(oneShard)
      .addCatch(caught.by, { resultPath: caught.path });
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
      .when(Condition.booleanEquals(at(`${result}.anyHalted`), false), next)
      .otherwise(halted);
    return shards.next(everyShard).next(well);
  };
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
