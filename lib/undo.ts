import { Choice, Condition, type IChainable, JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inScope } from './paths.ts';
import type { TaskBuilder } from './task.ts';

const { at, carry } = inScope;
const [error, cause] = [JsonPath.stringAt(at('halt.Error')), JsonPath.stringAt(at('halt.Cause'))];

/** What a halted scope tells of itself: its own halt, and with it what became of the undo. */
export const told = {
  error,
  cause,
  causeUndone: JsonPath.format('{}; {}', cause, JsonPath.stringAt(at('undo.summary'))),
  causeNotUndone: JsonPath.format(
    '{}; the undo did not succeed: {}: {}',
    cause,
    JsonPath.stringAt(at('undoHalt.Error')),
    JsonPath.stringAt(at('undoHalt.Cause')),
  ),
};

/**
 * Where a scope goes when it halts: a cut that nobody has confirmed there, by this run or by an earlier one that was
 * stopped, is taken back and proven (I10, I11). It goes on in one of three ways, by how that went.
 */
export function undoBuilder(scope: Construct, task: TaskBuilder) {
  return (
    names: { undo: string; anyCut: string; prove: string },
    ends: { nothingCut: IChainable; undone: IChainable; notUndone: IChainable },
  ): IChainable => {
    const caught = { by: ends.notUndone, path: at('undoHalt') };
    const undo = task(names.undo, 'undo', {
      payload: carry('execution', 'plan', 'lease', 'halt'),
      resultPath: at('undo'),
      caught,
    });
    const prove = task(names.prove, 'verify', {
      payload: { ...carry('execution', 'evidence', 'plan'), moment: 'afterUndo' },
      resultPath: at('verification'),
      caught,
    });
    const anyCut = new Choice(scope, names.anyCut)
      .when(Condition.booleanEquals(at('undo.anyCut'), true), prove.next(ends.undone))
      .otherwise(ends.nothingCut);
    return undo.next(anyCut);
  };
}
