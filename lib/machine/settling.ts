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

/** What a look may have to come to again, by the noun of its states' names, and where what it has come to is kept. */
export type Settling = { what: string; result: 'verification' | 'confirmation' };

/**
 * Goes back to a look where nothing has shown that hosts have heard of a toggle, once they have had minutes to (I9), else on to `next`. A look says so
 * once: what begins the second one is told that it is. Nobody else waits for it, and it takes no function. A function of an older version, which a rollback brings under this machine, does not say
 * it, and has done by then all that it does.
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
