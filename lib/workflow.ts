import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  JsonPath,
  Pass,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { writtenPolicy } from '../lambdas/domain/policy.ts';
import { activateScope } from './activation.ts';
import { goByItself, SCOPES_AT_ONCE } from './by-itself.ts';
import { configuredAs, type Organization } from './config.ts';
import { cutScope } from './cut.ts';
import type { StepFunctions } from './functions.ts';
import { haltStates } from './halt.ts';
import { judgeTheWave } from './judgement.ts';
import { inDocument, inWave } from './paths.ts';
import { taskBuilder } from './task.ts';
import { waveBuilder } from './waves.ts';

/** The rotation as one sentence: plan, activate, verify, promote, soak, deactivate, confirm, schedule next. */
export function workflow(stack: Construct, functions: StepFunctions, organization: Organization): IChainable {
  const scope = new Construct(stack, 'Workflow');
  const task = taskBuilder(scope, functions);
  const { at, carry } = inDocument;
  const { clients, mustRefuse, policy } = organization;
  const halt = { path: at('halt') };

  const { halted, releaseAfterHalt, restoreClients } = haltStates(scope, task);
  const { scopeByScope, waveByWave } = waveBuilder(scope, policy.concurrency);

  const receiveRequest = new Pass(scope, 'Receive request', {
    parameters: {
      request: JsonPath.objectAt('$'),
      execution: {
        id: JsonPath.stringAt('$$.Execution.Id'),
        startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
      },
    },
  });
  const plan = task('Plan', 'plan', {
    payload: {
      ...carry('request', 'execution'),
      configuration: {
        clients,
        ...(mustRefuse.length > 0 && { mustRefuse }),
        policy: writtenPolicy(policy),
        configured: configuredAs(organization),
      },
    },
    resultPath: at('plan'),
    caught: { by: releaseAfterHalt, ...halt },
  });

  const { activateOneScope, judgeTheOverlap } = activateScope(scope, task);
  const activateWaveByWave = waveByWave(
    'Activate wave by wave',
    scopeByScope('Activate scope by scope', activateOneScope, inWave.at('verification')).next(
      judgeTheOverlap,
    ),
    { resultPath: at('verification'), caughtBy: restoreClients },
  );

  const promoteClients = task('Promote clients', 'promote', {
    payload: carry('execution', 'plan', 'verification'),
    resultPath: at('promotion'),
    caught: { by: restoreClients, ...halt },
  });
  const soak = new Wait(scope, 'Soak', { time: WaitTime.timestampPath(at('promotion.soakUntil')) });

  const { cutOneScope, judgeTheCut } = cutScope(scope, task, clients);
  const deactivateWaveByWave = waveByWave(
    'Deactivate wave by wave',
    scopeByScope('Deactivate scope by scope', cutOneScope, inWave.at('cut')).next(judgeTheCut),
    { resultPath: at('cut'), caughtBy: restoreClients },
  );

  const goByThemselves = waveByWave(
    'Every scope by itself',
    scopeByScope('At once', goByItself(scope, task, clients), inWave.at('cut'), SCOPES_AT_ONCE).next(
      judgeTheWave(scope, task, 'cut', {
        judge: 'Judge what went by itself',
        anyHalted: 'Every scope safe?',
        well: 'Every scope confirmed',
        because: 'Not every scope confirmed',
        halted: 'Halted by themselves',
      }),
    ),
    { resultPath: at('cut'), caughtBy: restoreClients },
  );

  const scheduleNext = task('Schedule next', 'schedule-next', {
    payload: carry('execution', 'plan'),
    resultPath: at('schedule'),
    caught: { by: releaseAfterHalt, ...halt },
  });
  const release = task('Release the lease', 'release', {
    payload: carry('execution', 'plan'),
    resultPath: at('release'),
    caught: { by: halted, ...halt },
  });
  const blocked = new Fail(scope, 'Blocked', { error: 'Blocked', causePath: at('plan.summary') });
  const done = new Succeed(scope, 'Done');
  const busy = new Succeed(scope, 'Busy');
  const decidedTo = (decision: string) => Condition.stringEquals(at('plan.decision'), decision);

  // A compromised anchor is cut wherever that is possible, whatever becomes of the other scopes (I16).
  const waveAfterWave = Condition.booleanEquals(at('plan.atOnce'), false);

  const rotate = activateWaveByWave
    .next(promoteClients)
    .next(soak)
    .next(deactivateWaveByWave)
    .next(scheduleNext);
  goByThemselves.next(scheduleNext);
  scheduleNext.next(release).next(
    new Choice(scope, 'Anything new blocked?')
      // What was said already and is no nearer to its date is not red again every day (I13).
      .when(Condition.booleanEquals(at('plan.isRed'), true), blocked)
      .otherwise(done),
  );
  return receiveRequest.next(plan).next(
    new Choice(scope, 'Anything to rotate?')
      .when(Condition.and(decidedTo('rotate'), waveAfterWave), rotate)
      .when(decidedTo('rotate'), goByThemselves)
      // Another rotation has the lease: nothing here is ours to end.
      .when(decidedTo('busy'), busy)
      .otherwise(scheduleNext),
  );
}
