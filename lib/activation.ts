import { Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inScope } from './paths.ts';
import type { TaskBuilder } from './task.ts';
import { told, undoBuilder } from './undo.ts';

/** The overlap in one scope: the new anchors beside the old ones, and their proof. A scope that halts ends the rotation. */
export function activateScope(scope: Construct, task: TaskBuilder): IChainable {
  const { at } = inScope;
  const halted = new Fail(scope, 'Scope halted while activating', {
    errorPath: at('halt.Error'),
    causePath: at('halt.Cause'),
  });
  const telling = (name: string, cause: string) =>
    new Pass(scope, name, { parameters: { halt: { Error: told.error, Cause: cause } } }).next(halted);
  const undoing = undoBuilder(scope, task);
  // A run that was to confirm an earlier one's cut, and finds that clients do not get in, is where that cut is undone.
  const undoAnEarlierCut = undoing(
    { undo: 'Undo an earlier cut', anyCut: 'Anything cut earlier?', prove: 'Prove the earlier undo' },
    {
      nothingCut: halted,
      undone: telling('Earlier cut undone', told.causeUndone),
      notUndone: telling('Earlier cut not undone', told.causeNotUndone),
    },
  );
  const caught = { by: undoAnEarlierCut, path: at('halt') };
  const activateNewAnchors = task('Activate new anchors', 'activate', {
    resultPath: at('activation'),
    caught,
  });
  const verifyNewAnchors = task('Verify new anchors', 'verify', {
    resultPath: at('verification'),
    outputPath: at('verification'),
    caught,
  });
  return activateNewAnchors.next(verifyNewAnchors);
}
