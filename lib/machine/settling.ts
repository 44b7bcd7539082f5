import {
  Choice,
  Condition,
  type IChainable,
  Pass,
  Result,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inScope } from './paths.ts';

/** A look that may have to be made again: the noun in its states' names, and the key of its result. */
export type Settling = { what: string; result: 'verification' | 'confirmation' };

/**
 * Waits some minutes and goes back to a look, when nothing has shown that the hosts know of a toggle (I9).
 * Otherwise goes on to `next`. The second look is told that it is the second, so it does not ask for a third.
 * The wait holds up no other scope and runs no function. A function of an older version, brought back by a
 * rollback, never asks for it.
 */
export function settle(
  scope: Construct,
  { what, result }: Settling,
  { look, next }: { look: IChainable; next: IChainable },
): Choice {
  const { at } = inScope;
  const seconds = at(`${result}.settleSeconds`);
  const wait = new Wait(scope, `Let hosts hear of ${what}`, { time: WaitTime.secondsPath(seconds) });
  const settled = new Pass(scope, `Hosts had time to hear of ${what}`, {
    result: Result.fromBoolean(true),
    resultPath: at('begin.settled'),
  });
  wait.next(settled).next(look);
  const waits = Condition.and(Condition.isPresent(seconds), Condition.numberGreaterThan(seconds, 0));
  return new Choice(scope, `Have hosts heard of ${what}?`).when(waits, wait).otherwise(next);
}
