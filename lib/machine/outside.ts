import { Choice, Condition, type INextable, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inDocument } from './paths.ts';
import type { Patience } from './retries.ts';
import type { TaskBuilder } from './task.ts';

const { at, carry } = inDocument;
const anyOutside = Condition.booleanEquals(at('plan.anyOutside'), true);

/**
 * Looks after the clients that a late call has left outside. Nothing is more urgent than a client that cannot get in, whoever put it there:
 * only its leaf is touched. The run waits for the answer, unless Plan says that it goes on without: one that never answers must not keep
 * everybody else waiting (I17). Then it looks once more at the end, and halts for whoever is unknown by then (I9, I13).
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
  /** After all that was to be done, and before `next`. */
  const last = (next: TaskStateBase & INextable): Choice =>
    new Choice(scope, 'Anybody still outside?')
      // A run follows within minutes, whatever it says.
      .when(anyOutside, looking('Look again who is outside', 'seconds').next(next))
      .otherwise(next);
  return { first, last };
}
