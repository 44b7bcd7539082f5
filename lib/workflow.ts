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
import type { Organization } from './config.ts';
import type { StepFunctions } from './functions.ts';
import { inDocument, inScope } from './paths.ts';
import { taskBuilder } from './task.ts';
import { waveBuilder } from './waves.ts';

/** The rotation as one sentence: plan, activate, verify, promote, soak, deactivate, confirm, schedule next. */
export function workflow(stack: Construct, functions: StepFunctions, organization: Organization): IChainable {
  const scope = new Construct(stack, 'Workflow');
  const task = taskBuilder(scope, functions);
  const { at, carry } = inDocument;
  const { clients, policy } = organization;

  const fail = (name: string) =>
    new Fail(scope, name, { errorPath: at('halt.Error'), causePath: at('halt.Cause') });
  const halted = fail('Halted');
  const haltedWhileActivating = fail('Scope halted while activating');
  const haltedWhileDeactivating = fail('Scope halted while deactivating');

  const { scopeByScope, waveByWave } = waveBuilder(scope, { concurrency: policy.concurrency, halted });

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
    payload: { ...carry('request', 'execution'), configuration: { clients, policy } },
    resultPath: at('plan'),
    halt: halted,
  });

  const activateNewAnchors = task('Activate new anchors', 'activate', {
    resultPath: inScope.at('activation'),
    halt: haltedWhileActivating,
  });
  const verifyNewAnchors = task('Verify new anchors', 'verify', {
    resultPath: inScope.at('verification'),
    outputPath: inScope.at('verification'),
    halt: haltedWhileActivating,
  });
  const activateWaveByWave = waveByWave(
    'Activate wave by wave',
    scopeByScope('Activate scope by scope', activateNewAnchors.next(verifyNewAnchors)),
    at('verification'),
  );

  const promoteClients = task('Promote clients', 'promote', {
    payload: carry('execution', 'plan', 'verification'),
    resultPath: at('promotion'),
    halt: halted,
  });
  const soak = new Wait(scope, 'Soak', { time: WaitTime.timestampPath(at('promotion.soakUntil')) });

  const verifyAgain = task('Verify again before the cut', 'verify', {
    payload: { ...inScope.carry('execution', 'evidence', 'plan'), beforeCut: true },
    resultPath: inScope.at('verification'),
    halt: haltedWhileDeactivating,
  });
  const deactivateRetiringAnchors = task('Deactivate retiring anchors', 'deactivate', {
    resultPath: inScope.at('deactivation'),
    halt: haltedWhileDeactivating,
  });
  const confirm = task('Confirm', 'confirm', {
    resultPath: inScope.at('confirmation'),
    outputPath: inScope.at('confirmation'),
    halt: haltedWhileDeactivating,
  });
  const deactivateWaveByWave = waveByWave(
    'Deactivate wave by wave',
    scopeByScope('Deactivate scope by scope', verifyAgain.next(deactivateRetiringAnchors).next(confirm)),
    at('confirmation'),
  );

  const scheduleNext = task('Schedule next', 'schedule-next', {
    payload: carry('execution', 'plan'),
    resultPath: at('schedule'),
    halt: halted,
  });
  const blocked = new Fail(scope, 'Blocked', { error: 'Blocked', causePath: at('plan.summary') });
  const done = new Succeed(scope, 'Done');
  const decidedTo = (decision: string) => Condition.stringEquals(at('plan.decision'), decision);

  const rotate = activateWaveByWave
    .next(promoteClients)
    .next(soak)
    .next(deactivateWaveByWave)
    .next(scheduleNext);
  scheduleNext.next(
    new Choice(scope, 'Anything blocked?').when(decidedTo('blocked'), blocked).otherwise(done),
  );
  return receiveRequest
    .next(plan)
    .next(new Choice(scope, 'Anything to rotate?').when(decidedTo('rotate'), rotate).otherwise(scheduleNext));
}
