import { Choice, Condition, type IChainable, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inScope } from './paths.ts';

/** What a look may have to come to again, by the noun of its states' names, and where what it has come to is kept. */
export type Settling = { what: string; result: 'verification' | 'confirmation' };

/**
 * Goes back to a look where nothing has shown that hosts have heard of a toggle, once they have had minutes to (I9), else on to `next`. A look says so
 * once. Nobody else waits for it, and it takes no function.
 */
export function settle(
  scope: Construct,
  { what, result }: Settling,
  { look, next }: { look: IChainable; next: IChainable },
): Choice {
  const { at } = inScope;
  const seconds = at(`${result}.settleSeconds`);
  const wait = new Wait(scope, `Let hosts hear of ${what}`, { time: WaitTime.secondsPath(seconds) });
  wait.next(look);
  return new Choice(scope, `Have hosts heard of ${what}?`)
    .when(Condition.numberEquals(seconds, 0), next)
    .otherwise(wait);
}
