import { Choice, Condition, type INextable, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inDocument } from './paths.ts';
import type { Patience } from './retries.ts';
import type { TaskBuilder } from './task.ts';

const { at, carry } = inDocument;
const anyOutside = Condition.booleanEquals(at('plan.anyOutside'), true);

/**
 * Builds the states that let clients in again that a late call has left outside. A client that cannot get in
 * is the most urgent thing, whatever caused it, and only its leaf is touched. The run waits for that client's
 * answer, unless Plan says that it goes on without. A client that never answers must not keep all others
 * waiting (I17). Then the run looks once more at its end, and halts for clients whose state is still unknown
 * (I9, I13).
 */
export function outsideStates(
  scope: Construct,
  task: TaskBuilder,
  { decide, releaseAfterHalt }: { decide: Choice; releaseAfterHalt: TaskStateBase },
) {
  const looking = (name: string, patience: Patience, by: Choice | TaskStateBase = releaseAfterHalt) =>
    task(name, 'restore', {
      payload: { ...carry('execution', 'plan'), only: 'outside' },
      patience,
      resultPath: at('restoration'),
      caught: { by, path: at('halt') },
    });
  const first = new Choice(scope, 'Anybody left outside?')
    .when(
      Condition.and(anyOutside, Condition.booleanEquals(at('plan.goesOnWithout'), false)),
      looking('Let clients in again', 'minutes').next(decide),
    )
    .when(anyOutside, looking('Try to let clients in again', 'seconds', decide).next(decide))
    .otherwise(decide);
  /** The last look, after all other work and before `next`. */
  const last = (next: TaskStateBase & INextable): Choice =>
    new Choice(scope, 'Anybody still outside?')
      // Another run follows within minutes, so the result does not have to be waited for.
      .when(anyOutside, looking('Look again who is outside', 'seconds').next(next))
      .otherwise(next);
  return { first, last };
}
