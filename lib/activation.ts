import { type IChainable, JsonPath, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { judgeTheWave } from './judgement.ts';
import { inScope } from './paths.ts';
import type { TaskBuilder } from './task.ts';
import { undoBuilder } from './undo.ts';

/** The overlap: the new anchors beside the old ones in one scope, with their proof, and the judgement of a wave. */
export function activateScope(
  scope: Construct,
  task: TaskBuilder,
): { activateOneScope: IChainable; judgeTheOverlap: IChainable } {
  const { at } = inScope;
  const undoing = undoBuilder(scope, task);
  // A run that was to confirm an earlier one's cut, and finds that clients do not get in, is where that cut is undone.
  const undoAnEarlierCut = undoing(
    { undo: 'Undo an earlier cut', anyCut: 'Anything cut earlier?', prove: 'Prove the earlier undo' },
    {
      nothingCut: 'Scope not proven',
      undone: 'Earlier cut undone',
      unproven: 'Earlier cut undone, unproven',
      notUndone: 'Earlier cut not undone',
    },
  );
  const caught = { by: undoAnEarlierCut, path: at('halt') };
  const activateNewAnchors = task('Activate new anchors', 'activate', {
    resultPath: at('activation'),
    caught,
  });
  const verifyNewAnchors = task('Verify new anchors', 'verify', {
    resultPath: at('verification'),
    caught,
  });
  const proven = new Pass(scope, 'Scope proven', {
    parameters: {
      scope: JsonPath.stringAt(at('plan.scope')),
      verdict: 'proven',
      provenAt: JsonPath.stringAt(at('verification.provenAt')),
      evidence: JsonPath.stringAt(at('verification.evidence')),
      probes: JsonPath.numberAt(at('verification.probes')),
    },
  });
  return {
    activateOneScope: activateNewAnchors.next(verifyNewAnchors).next(proven),
    judgeTheOverlap: judgeTheWave(scope, task, 'verification', {
      judge: 'Judge the overlap',
      anyHalted: 'Every scope proven?',
      well: 'Wave proven',
      because: 'Wave not proven',
      halted: 'Halted while activating',
    }),
  };
}
