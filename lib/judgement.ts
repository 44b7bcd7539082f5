import { Choice, Condition, Fail, type IChainable, JsonPath, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inScope, inWave } from './paths.ts';
import type { TaskBuilder } from './task.ts';

/** How one scope ended: well, or halted under an error's name with its cause. Both may be JSONPaths. */
export const verdictBuilder =
  (scope: Construct) =>
  (name: string, verdict: 'proven' | 'confirmed' | 'halted', error: string, cause: string): Pass =>
    new Pass(scope, name, {
      parameters: { scope: JsonPath.stringAt(inScope.at('plan.scope')), verdict, error, cause },
    });

/**
 * Ends a wave as its scopes ended: with what they left at `key` when none halted, else with a failure and the verdicts
 * of the first that did. A scope that halts does not stop the others of its wave halfway; the next wave never begins. A step
 * counts the verdicts: engines read filters and wildcards within intrinsics differently.
 */
export function judgeTheWave(
  scope: Construct,
  task: TaskBuilder,
  key: 'verification' | 'cut',
  names: { judge: string; anyHalted: string; well: string; because: string; halted: string },
): IChainable {
  const fail = new Fail(scope, names.halted, {
    errorPath: inWave.at('halt.Error'),
    causePath: inWave.at('halt.Cause'),
  });
  const judge = task(names.judge, 'judge', {
    payload: { ...inWave.carry('wave'), verdicts: inWave.read(key) },
    resultPath: inWave.at('judgement'),
    caught: { by: fail, path: inWave.at('halt') },
  });
  const well = new Pass(scope, names.well, { outputPath: inWave.at(key) });
  const because = new Pass(scope, names.because, { outputPath: inWave.at('judgement') });
  return judge.next(
    new Choice(scope, names.anyHalted)
      .when(Condition.booleanEquals(inWave.at('judgement.anyHalted'), true), because.next(fail))
      .otherwise(well),
  );
}
