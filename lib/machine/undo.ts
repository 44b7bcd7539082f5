import type { IResolvable } from 'aws-cdk-lib';
import { Choice, Condition, type IChainable, JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { EndsWith } from './child.ts';
import { inScope } from './paths.ts';
import type { Patience } from './retries.ts';
import type { TaskBuilder } from './task.ts';

const { at, carry } = inScope;
const [error, cause] = [JsonPath.stringAt(at('halt.Error')), JsonPath.stringAt(at('halt.Cause'))];
const summary = JsonPath.stringAt(at('undo.summary'));
const anyBackThen = JsonPath.objectAt(at('undo.anyBack'));
const undoHalt = [JsonPath.stringAt(at('undoHalt.Error')), JsonPath.stringAt(at('undoHalt.Cause'))];

/** What a halted scope tells about itself: its own halt, and how the undo went. */
const told = {
  error,
  cause,
  causeTakenBack: JsonPath.format('{}{}', cause, JsonPath.stringAt(at('undo.also'))),
  causeUndone: JsonPath.format('{}; {}', cause, summary),
  causeUnproven: JsonPath.format('{}; {}, which could not be proven: {}: {}', cause, summary, ...undoHalt),
  causeNotUndone: JsonPath.format('{}; the undo did not succeed: {}: {}', cause, ...undoHalt),
};

/**
 * Builds the states that a scope goes to when it halts. An unconfirmed cut in that scope, of this run or of
 * an earlier one that was stopped, is taken back, and that is proven (I10, I11). `patience` is for that
 * proof. It ends in one of five verdicts. All strings are states' names.
 */
export function undoBuilder(scope: Construct, task: TaskBuilder, patience: Patience = 'minutes') {
  return (
    ends: EndsWith,
    names: { undo: string; anyBack: string; anyCut: string; prove: string; stands: string },
    verdicts: { nothingCut: string; stands: string; undone: string; unproven: string; notUndone: string },
    /** What is done before the verdict when nothing was put back. */
    before: (halted: IChainable) => IChainable = (halted) => halted,
  ): IChainable => {
    const halted = (name: string, cause: string, undone?: true | IResolvable) =>
      ends(name, 'halted', { error: told.error, cause, ...(undone && { undone }) });
    const path = at('undoHalt');
    // The undo gets all that the scope carries. An activation may have to be taken back, and its key exists
    // only when there was one.
    const undo = task(names.undo, 'undo', {
      resultPath: at('undo'),
      caught: { by: halted(verdicts.notUndone, told.causeNotUndone, true), path },
    });
    const prove = task(names.prove, 'verify', {
      payload: { ...carry('execution', 'evidence', 'plan', 'lease', 'begin', 'undo'), moment: 'afterUndo' },
      patience,
      resultPath: at('verification'),
      // When nothing was put back, a cut stands. That keeps no other scope waiting, whatever the proof says
      // (rule 4, I17).
      caught: { by: halted(verdicts.unproven, told.causeUnproven, anyBackThen), path },
    });
    const nothingBack = Condition.booleanEquals(at('undo.anyBack'), false);
    // A cut that stands keeps no other scope from its cut (rule 4).
    const stands = new Choice(scope, names.stands)
      .when(nothingBack, halted(verdicts.stands, told.causeUndone))
      .otherwise(halted(verdicts.undone, told.causeUndone, true));
    const anyCut = new Choice(scope, names.anyCut)
      .when(Condition.booleanEquals(at('undo.anyCut'), true), prove.next(stands))
      .otherwise(halted(verdicts.nothingCut, told.causeTakenBack));
    const anyBack = new Choice(scope, names.anyBack).when(nothingBack, before(anyCut)).otherwise(anyCut);
    return undo.next(anyBack);
  };
}
