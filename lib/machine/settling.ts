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
 * Goes back to a look when nothing has shown that the hosts know of a toggle, after they have had minutes for
 * it (I9). Otherwise goes on to `next`. A look asks for this only once, because the second look is told that
 * it is the second. The wait holds up no other scope and runs no function. A function of an older version,
 * which a rollback puts under this machine, does not ask for it; it then has done all that it does.
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
