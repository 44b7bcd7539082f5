import type { IResolvable } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  JsonPath,
  Pass,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Phase } from '../../lambdas/domain/manifest.ts';
import { thisExecution } from '../manifests.ts';
import { inScope } from './paths.ts';
import type { TaskBuilder } from './task.ts';

const { at, carry } = inScope;

/**
 * Ends a child with a verdict on its scope: well, or halted with an error's name and its cause. Both may be
 * JSONPaths.
 */
export type EndsWith = (
  name: string,
  verdict: 'proven' | 'confirmed' | 'halted',
  told?: {
    error?: string;
    cause?: string;
    provenAt?: string;
    outside?: string[];
    undone?: true | IResolvable;
  },
) => IChainable;

/**
 * What a scope goes through: one function for each step, or shard by shard when one function cannot handle
 * all of its clients.
 */
export type Sentences = {
  few: IChainable;
  many: IChainable;
  /**
   * What comes before either of them, when hosts may ask a successor about the leaves that clients run on.
   */
  first?: (goesOn: IChainable) => IChainable;
};

/**
 * Builds one scope's own execution. It begins unless a twin of it has begun or the run is being stopped. It
 * does what `sentence` says, and leaves its verdict in the table, so that its parent carries nothing of it.
 * `what` is the noun in the names of its states.
 */
export function childBuilder(scope: Construct, task: TaskBuilder) {
  return (
    what: string,
    { phase, after }: { phase: Phase; after?: Phase },
    sentence: (ends: EndsWith) => Sentences,
  ): IChainable => {
    const halt = { path: at('halt') };
    // The parent counts a child without a verdict as halted.
    const notConcluded = new Fail(scope, `No verdict on ${what}`, {
      errorPath: at('halt.Error'),
      causePath: at('halt.Cause'),
    });
    const concluding = { by: notConcluded, ...halt };
    const conclude = task(`Conclude ${what}`, 'conclude-scope', { caught: concluding });
    const ends: EndsWith = (name, verdict, { error = '', cause = '', provenAt, outside, undone } = {}) => {
      const payload = {
        ...carry('execution'),
        phase,
        verdict: {
          scope: JsonPath.stringAt(at('plan.scope')),
          ...{ verdict, error, cause },
          ...(provenAt && { provenAt }),
          ...(outside && { outside }),
          ...(undone && { undone }),
        },
      };
      // Nearly every scope ends well, and this saves it one transition.
      if (verdict !== 'halted') return task(name, 'conclude-scope', { payload, caught: concluding });
      const pass = new Pass(scope, name, { parameters: payload });
      pass.next(conclude);
      return pass;
    };
    const notBegun = ends(`Not begun: ${what}`, 'halted', {
      error: JsonPath.stringAt(at('halt.Error')),
      cause: JsonPath.stringAt(at('halt.Cause')),
    });
    const begin = task(`Begin ${what}`, 'begin-scope', {
      payload: {
        ...carry('execution', 'plan'),
        mode: JsonPath.stringAt(at('mode')),
        phase,
        ...(after && { after }),
        child: thisExecution(),
      },
      resultPath: at('begin'),
      caught: { by: notBegun, ...halt },
    });
    const begins = Condition.booleanEquals(at('begin.begins'), true);
    // The functions of an older deployment do not return `anyHalted` of the phase before. The Choice then
    // fails, so nothing is cut.
    const went = Condition.and(begins, Condition.booleanEquals(at('begin.anyHalted'), false));
    const goesOn = after ? went : begins;
    const { few, many, first } = sentence(ends);
    const isWhole = Condition.booleanEquals(at('begin.inShards'), false);
    const isOurs = new Choice(scope, `Is ${what} ours?`);
    const looksFirst = (does: boolean) => Condition.booleanEquals(at('begin.looksFirst'), does);
    isOurs.when(Condition.and(goesOn, isWhole, ...(first ? [looksFirst(false)] : [])), few);
    if (first) {
      const goes = new Choice(scope, `Is ${what} in shards?`).when(isWhole, few).otherwise(many);
      isOurs.when(Condition.and(goesOn, looksFirst(true)), first(goes));
    }
    isOurs.when(goesOn, many);
    if (after)
      isOurs.when(
        Condition.booleanEquals(at('begin.anyHalted'), true),
        ends(`Not ready for ${what}`, 'halted', {
          error: JsonPath.stringAt(at('begin.halt.Error')),
          cause: JsonPath.stringAt(at('begin.halt.Cause')),
        }),
      );
    return begin.next(
      isOurs
        // The twin leaves the verdict.
        .otherwise(new Succeed(scope, `Left to a twin: ${what}`, { outputPath: JsonPath.DISCARD })),
    );
  };
}
