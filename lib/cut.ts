import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Organization } from './config.ts';
import { judgeTheWave, verdictBuilder } from './judgement.ts';
import { inScope } from './paths.ts';
import type { TaskBuilder } from './task.ts';
import { told, undoBuilder } from './undo.ts';

/** The cut: one scope's deactivation with its confirmation or its undo, and the judgement of a wave. */
export function cutScope(
  scope: Construct,
  task: TaskBuilder,
  clients: Organization['clients'],
): { cutOneScope: IChainable; judgeTheCut: IChainable } {
  const { at, carry } = inScope;
  const verdict = verdictBuilder(scope);
  const undoing = undoBuilder(scope, task);
  const undoTheCut = undoing(
    { undo: 'Undo the cut', anyCut: 'Anything cut?', prove: 'Prove the undo' },
    {
      nothingCut: verdict('Scope halted', 'halted', told.error, told.cause),
      undone: verdict('Scope halted and undone', 'halted', told.error, told.causeUndone),
      unproven: verdict('Scope halted, undo unproven', 'halted', told.error, told.causeUnproven),
      notUndone: verdict('Scope halted and not undone', 'halted', told.error, told.causeNotUndone),
    },
  );
  const caught = { by: undoTheCut, path: at('halt') };

  const verifyAgain = task('Verify again before the cut', 'verify', {
    payload: {
      ...carry('execution', 'evidence', 'plan', 'lease'),
      moment: 'beforeCut',
      configuration: { clients },
    },
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
    judgeTheCut: judgeTheWave(scope, task, 'cut', {
      judge: 'Judge the wave',
      anyHalted: 'Every scope confirmed?',
      well: 'Wave confirmed',
      because: 'Wave halted',
      halted: 'Halted while deactivating',
    }),
  };
}
