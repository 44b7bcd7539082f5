import { Choice, Condition, Fail, type IChainable, JsonPath, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inScope, inWave } from './paths.ts';
import type { TaskBuilder } from './task.ts';
import { told, undoBuilder } from './undo.ts';

/**
 * The cut: one scope's deactivation with its confirmation or its undo, and the judgement of a wave. A scope that halts
 * does not stop the others of its wave halfway: what was cut there still has to be confirmed. The next wave never begins.
 */
export function cutScope(
  scope: Construct,
  task: TaskBuilder,
): { cutOneScope: IChainable; judgeTheWave: IChainable } {
  const { at, carry } = inScope;
  const verdict = (name: string, outcome: 'confirmed' | 'halted', error: string, cause: string) =>
    new Pass(scope, name, {
      parameters: { scope: JsonPath.stringAt(at('plan.scope')), verdict: outcome, error, cause },
    });
  const undoing = undoBuilder(scope, task);
  const undoTheCut = undoing(
    { undo: 'Undo the cut', anyCut: 'Anything cut?', prove: 'Prove the undo' },
    {
      nothingCut: verdict('Scope halted', 'halted', told.error, told.cause),
      undone: verdict('Scope halted and undone', 'halted', told.error, told.causeUndone),
      notUndone: verdict('Scope halted and not undone', 'halted', told.error, told.causeNotUndone),
    },
  );
  const caught = { by: undoTheCut, path: at('halt') };

  const verifyAgain = task('Verify again before the cut', 'verify', {
    payload: { ...carry('execution', 'evidence', 'plan'), moment: 'beforeCut' },
    resultPath: at('verification'),
    caught,
  });
  const deactivateRetiringAnchors = task('Deactivate retiring anchors', 'deactivate', {
    resultPath: at('deactivation'),
    caught,
  });
  const confirm = task('Confirm', 'confirm', { resultPath: at('confirmation'), caught });
  const confirmed = verdict('Scope confirmed', 'confirmed', '', '');
  return {
    cutOneScope: verifyAgain.next(deactivateRetiringAnchors).next(confirm).next(confirmed),
    judgeTheWave: judgeTheWave(scope),
  };
}

// A wave may have 40 scopes, and a cause 32,768 characters: two failures' words in each would be more than that.
const MOST_HALTS_TOLD = 5;

/** Ends a wave as its scopes ended: the verdicts when all are confirmed, else a failure with those of the first that are not. */
function judgeTheWave(scope: Construct): IChainable {
  const anyHalted = `States.ArrayContains(${inWave.at('cut')}[*].verdict, 'halted')`;
  const halts = `${inWave.at('cut')}[?(@.verdict=='halted')]`;
  const first = `States.ArrayGetItem(States.ArrayPartition(${halts}, ${MOST_HALTS_TOLD}), 0)`;
  const judge = new Pass(scope, 'Judge the wave', {
    parameters: { cut: inWave.read('cut'), 'anyHalted.$': anyHalted },
  });
  const confirmed = new Pass(scope, 'Wave confirmed', { outputPath: inWave.at('cut') });
  const because = new Pass(scope, 'Wave halted', {
    parameters: {
      halt: {
        'Error.$': `States.ArrayGetItem(${halts}.error, 0)`,
        'Cause.$': `States.JsonToString(${first})`,
      },
    },
  });
  const fail = new Fail(scope, 'Halted while deactivating', {
    errorPath: inWave.at('halt.Error'),
    causePath: inWave.at('halt.Cause'),
  });
  return judge.next(
    new Choice(scope, 'Every scope confirmed?')
      .when(Condition.booleanEquals(inWave.at('anyHalted'), true), because.next(fail))
      .otherwise(confirmed),
  );
}
