import { Choice, Condition, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Phase } from '../../lambdas/domain/manifest.ts';
import { inWave } from './paths.ts';
import type { TaskBuilder } from './task.ts';

export type JudgementNames = {
  judge: string;
  anyHalted: string;
  well: string;
  because: string;
  halted: string;
};

/**
 * Ends a wave by how its scopes ended. It passes the judgement on when the next wave may begin. Otherwise it
 * fails with the verdicts of the first scopes that halted (rule 4). A scope that halts does not stop the
 * others of its wave halfway. A step counts the verdicts, because engines read filters and wildcards within
 * intrinsics differently.
 */
export function judgeTheWave(
  scope: Construct,
  task: TaskBuilder,
  { phase, tolerant, names }: { phase: Phase; tolerant: boolean; names: JudgementNames },
): IChainable {
  const fail = new Fail(scope, names.halted, {
    errorPath: inWave.at('halt.Error'),
    causePath: inWave.at('halt.Cause'),
  });
  const judge = task(names.judge, 'judge', {
    payload: { ...inWave.carry('execution', 'wave'), phase, tolerant },
    resultPath: inWave.at('judgement'),
    caught: { by: fail, path: inWave.at('halt') },
  });
  const well = new Pass(scope, names.well, { outputPath: inWave.at('judgement') });
  const because = new Pass(scope, names.because, { outputPath: inWave.at('judgement') });
  return judge.next(
    new Choice(scope, names.anyHalted)
      .when(Condition.booleanEquals(inWave.at('judgement.anyHalted'), true), because.next(fail))
      .otherwise(well),
  );
}
