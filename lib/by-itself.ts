import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Organization } from './config.ts';
import { verdictBuilder } from './judgement.ts';
import { inScope } from './paths.ts';
import type { TaskBuilder } from './task.ts';
import { told, undoBuilder } from './undo.ts';

/** Scopes that go by themselves at the same time: one that keeps failing must not keep the others from beginning (I16). */
export const SCOPES_AT_ONCE = 40;

/**
 * The whole way of one scope, from its activation to its confirmation, with nobody to wait for: what an emergency does, and
 * every later run that takes up what it left (I16). Nothing soaks.
 */
export function goByItself(
  scope: Construct,
  task: TaskBuilder,
  clients: Organization['clients'],
): IChainable {
  const { at, carry } = inScope;
  const verdict = verdictBuilder(scope);
  const undoing = undoBuilder(scope, task);
  const undo = undoing(
    { undo: 'Undo at once', anyCut: 'Anything cut at once?', prove: 'Prove the undo at once' },
    {
      nothingCut: verdict('Halted by itself', 'halted', told.error, told.cause),
      undone: verdict('Halted by itself and undone', 'halted', told.error, told.causeUndone),
      unproven: verdict('Halted by itself, undo unproven', 'halted', told.error, told.causeUnproven),
      notUndone: verdict('Halted by itself and not undone', 'halted', told.error, told.causeNotUndone),
    },
  );
  const caught = { by: undo, path: at('halt') };
  const activate = task('Activate at once', 'activate', { resultPath: at('activation'), caught });
  const verify = task('Verify at once', 'verify', { resultPath: at('verification'), caught });
  const promote = task('Promote its clients', 'promote-scope', { resultPath: at('promotion'), caught });
  const verifyAgain = task('Verify again at once', 'verify', {
    payload: {
      ...carry('execution', 'evidence', 'plan', 'lease'),
      moment: 'beforeCut',
      configuration: { clients },
    },
    resultPath: at('verification'),
    caught,
  });
  const deactivate = task('Deactivate at once', 'deactivate', { resultPath: at('deactivation'), caught });
  const confirm = task('Confirm at once', 'confirm', { resultPath: at('confirmation'), caught });
  const confirmed = verdict('Confirmed by itself', 'confirmed', '', '');
  return activate.next(verify).next(promote).next(verifyAgain).next(deactivate).next(confirm).next(confirmed);
}
