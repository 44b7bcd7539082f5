import { Choice, Condition, Fail, type IChainable, JsonPath, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inScope, inWave } from './paths.ts';

/** How one scope ended: well, or halted under an error's name with its cause. Both may be JSONPaths. */
export const verdictBuilder =
  (scope: Construct) =>
  (name: string, verdict: 'proven' | 'confirmed' | 'halted', error: string, cause: string): Pass =>
    new Pass(scope, name, {
      parameters: { scope: JsonPath.stringAt(inScope.at('plan.scope')), verdict, error, cause },
    });

// A wave may have 40 scopes, and a cause 32,768 characters: two failures' words in each would be more than that.
const MOST_HALTS_TOLD = 5;

/**
 * Ends a wave as its scopes ended: with what they left at `key` when none halted, else with a failure and the verdicts
 * of the first that did. A scope that halts does not stop the others of its wave halfway; the next wave never begins.
 */
export function judgeTheWave(
  scope: Construct,
  key: 'verification' | 'cut',
  names: { judge: string; anyHalted: string; well: string; because: string; halted: string },
): IChainable {
  const anyHalted = `States.ArrayContains(${inWave.at(key)}[*].verdict, 'halted')`;
  const halts = `${inWave.at(key)}[?(@.verdict=='halted')]`;
  const first = `States.ArrayGetItem(States.ArrayPartition(${halts}, ${MOST_HALTS_TOLD}), 0)`;
  const judge = new Pass(scope, names.judge, {
    parameters: { [key]: inWave.read(key), 'anyHalted.$': anyHalted },
  });
  const well = new Pass(scope, names.well, { outputPath: inWave.at(key) });
  const because = new Pass(scope, names.because, {
    parameters: {
      halt: {
        'Error.$': `States.ArrayGetItem(${halts}.error, 0)`,
        'Cause.$': `States.JsonToString(${first})`,
      },
    },
  });
  const fail = new Fail(scope, names.halted, {
    errorPath: inWave.at('halt.Error'),
    causePath: inWave.at('halt.Cause'),
  });
  return judge.next(
    new Choice(scope, names.anyHalted)
      .when(Condition.booleanEquals(inWave.at('anyHalted'), true), because.next(fail))
      .otherwise(well),
  );
}
