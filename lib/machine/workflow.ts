import type { Bucket } from 'aws-cdk-lib/aws-s3';
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
import { ENDS_THE_RUN } from '../../lambdas/domain/cut/wave-judgement.ts';
import { SCOPES_AT_ONCE } from '../../lambdas/domain/planning/waves.ts';
import { writtenPolicy } from '../../lambdas/domain/policy.ts';
import type { Organization } from '../config.ts';
import type { StepFunctions } from '../functions.ts';
import { activateScope, overlap } from './activation.ts';
import { goByItself, wholeWay } from './by-itself.ts';
import { cut, cutScope } from './cut.ts';
import { haltStates, notAllPromoted } from './halt.ts';
import { outsideStates } from './outside.ts';
import { inDocument, theRequest } from './paths.ts';
import { taskBuilder } from './task.ts';
import { waveBuilder } from './waves.ts';

type WorkflowParts = {
  functions: StepFunctions;
  /** The bucket with the lists that runs work on. */
  manifests: Bucket;
  organization: Organization;
};

/**
 * Builds the rotation as one sentence: plan, activate, verify, promote, soak, deactivate, confirm, schedule
 * next.
 */
export function workflow(
  stack: Construct,
  { functions, manifests, organization }: WorkflowParts,
): IChainable {
  const scope = new Construct(stack, 'Workflow');
  const task = taskBuilder(scope, functions);
  const { at, carry } = inDocument;
  const { policy } = organization;
  const halt = { path: at('halt') };

  const { halted, releaseAfterHalt, releaseWithoutPlan, restoreClients, restoreSoon } = haltStates(
    scope,
    task,
  );
  const waveByWave = waveBuilder(scope, task, manifests);

  const receiveRequest = new Pass(scope, 'Receive request', {
    parameters: {
      execution: {
        id: JsonPath.stringAt('$$.Execution.Id'),
        startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
      },
    },
  });
  const plan = task('Plan', 'plan', {
    payload: {
      ...carry('execution'),
      request: theRequest(),
      configuration: { policy: writtenPolicy(policy) },
      ownListings: true,
      settles: true,
    },
    resultPath: at('plan'),
    caught: { by: releaseWithoutPlan, ...halt },
  });

  // What stops the waves of the overlap does not concern the clients that it has proven by then, so they are
  // moved before the run halts (I17). Clients that may be locked out are let in after this step. So it waits
  // only seconds; a later run moves the clients that stay.
  const promoteProven = task('Promote who is proven', 'promote', {
    payload: carry('execution', 'plan', 'halt'),
    patience: 'seconds',
    resultPath: at('promotion'),
    caught: { by: notAllPromoted(scope).next(restoreClients), path: at('promotionHalt') },
  });
  promoteProven.next(restoreClients);
  const activateWaveByWave = waveByWave({
    ...overlap,
    sentence: activateScope(scope, task),
    atOnce: policy.concurrency,
    resultPath: at('verification'),
    caughtBy: promoteProven,
    apart: { errors: ENDS_THE_RUN, by: restoreClients },
  });

  const promoteClients = task('Promote clients', 'promote', {
    payload: carry('execution', 'plan', 'verification'),
    resultPath: at('promotion'),
    caught: { by: restoreClients, ...halt },
  });
  // A host answers at many edges, and a probe has reached one of them. No client is moved before the other
  // edges had time to know of the toggle (I9).
  const settle = new Wait(scope, 'Let every edge hear of it', {
    time: WaitTime.secondsPath(at('plan.settleSeconds')),
  });
  const soak = new Wait(scope, 'Soak', { time: WaitTime.timestampPath(at('promotion.soakUntil')) });

  const deactivateWaveByWave = waveByWave({
    ...cut,
    sentence: cutScope(scope, task),
    atOnce: policy.concurrency,
    resultPath: at('cut'),
    caughtBy: restoreClients,
  });

  const scheduleNext = task('Schedule next', 'schedule-next', {
    payload: carry('execution', 'plan'),
    resultPath: at('schedule'),
    caught: { by: releaseAfterHalt, ...halt },
  });
  // Scopes that halted without stopping a wave are named here. In a scope that was not cut, both anchors are
  // still active.
  const judgeTheCuts = task('Judge all cuts', 'judge', {
    payload: { ...carry('execution'), phase: cut.phase, waves: JsonPath.objectAt(at('plan.waves')) },
    resultPath: at('judgement'),
    caught: { by: restoreClients, ...halt },
  });
  const notAllCut = new Pass(scope, 'Not every scope cut', {
    inputPath: at('judgement.halt'),
    resultPath: at('halt'),
  });
  const decide = new Choice(scope, 'Anything to rotate?');
  const outside = outsideStates(scope, task, { decide, releaseAfterHalt });
  const lastLook = outside.last(scheduleNext);
  const everyScopeCut = new Choice(scope, 'Every scope cut?')
    .when(Condition.booleanEquals(at('judgement.anyHalted'), false), lastLook)
    .otherwise(notAllCut.next(restoreClients));

  const goByThemselves = waveByWave({
    ...wholeWay,
    sentence: goByItself(scope, task),
    // More scopes than Lambda runs at once would throttle the run.
    atOnce: Math.min(SCOPES_AT_ONCE, organization.reservedConcurrency ?? SCOPES_AT_ONCE),
    resultPath: at('cut'),
    caughtBy: restoreSoon,
  });

  const release = task('Release the lease', 'release', {
    payload: carry('execution', 'plan', 'schedule'),
    resultPath: at('release'),
    caught: { by: halted, ...halt },
  });
  const blocked = new Fail(scope, 'Blocked', { error: 'Blocked', causePath: at('plan.summary') });
  const done = new Succeed(scope, 'Done');
  const busy = new Succeed(scope, 'Busy');
  const decidedTo = (decision: string) => Condition.stringEquals(at('plan.decision'), decision);

  // A compromised anchor is cut wherever that is possible, whatever happens in the other scopes (I16).
  const waveAfterWave = Condition.booleanEquals(at('plan.atOnce'), false);

  const rotate = activateWaveByWave
    .next(settle)
    .next(promoteClients)
    .next(soak)
    .next(deactivateWaveByWave)
    .next(judgeTheCuts)
    .next(everyScopeCut);
  goByThemselves.next(lastLook);
  scheduleNext.next(release).next(
    new Choice(scope, 'Anything new blocked?')
      // A blocked cut that was reported before and is no nearer to its date is not red again every day (I13).
      .when(Condition.booleanEquals(at('plan.isRed'), true), blocked)
      .otherwise(done),
  );
  decide
    .when(Condition.and(decidedTo('rotate'), waveAfterWave), rotate)
    .when(decidedTo('rotate'), goByThemselves)
    // Another rotation has the lease, so this run releases and schedules nothing.
    .when(decidedTo('busy'), busy)
    .otherwise(scheduleNext);
  return receiveRequest.next(plan).next(outside.first);
}
