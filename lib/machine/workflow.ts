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
  /** The lists that runs work on. */
  manifests: Bucket;
  organization: Organization;
};

/** The rotation as one sentence: plan, activate, verify, promote, soak, deactivate, confirm, schedule next. */
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

  // What stops the waves of the overlap is none of whom it has proven by then: they are moved before the run halts (I17). Who may be locked out
  // by now is let in after it, and does not wait for what seconds do not mend: a later run moves whoever stays.
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
  // A host answers at many places, and a probe has asked one of them: nobody is moved before the others may have heard as well (I9).
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
  // Those that halted and stopped no wave are named now: whoever was not cut stays where both anchors are.
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
    // More than Lambda runs at once would be a throttle of our own making.
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

  // A compromised anchor is cut wherever that is possible, whatever becomes of the other scopes (I16).
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
      // What was said already and is no nearer to its date is not red again every day (I13).
      .when(Condition.booleanEquals(at('plan.isRed'), true), blocked)
      .otherwise(done),
  );
  decide
    .when(Condition.and(decidedTo('rotate'), waveAfterWave), rotate)
    .when(decidedTo('rotate'), goByThemselves)
    // Another rotation has the lease: nothing here is ours to end.
    .when(decidedTo('busy'), busy)
    .otherwise(scheduleNext);
  return receiveRequest.next(plan).next(outside.first);
}
