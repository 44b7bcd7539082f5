import { Duration } from 'aws-cdk-lib';
import { type IChainable, TaskInput, type TaskStateBase, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { type StepFunctions, timeoutOf } from '../functions.ts';
import type { Step } from '../steps.ts';
import { type Patience, retriesOf } from './retries.ts';

// A step that the machine gives up must have ended. So Lambda's own timeout comes first, with this much more
// for a cold start.
const GRACE = Duration.minutes(1);

type TaskProps = {
  /** The step's whole input. When absent, the state's input. */
  payload?: Record<string, unknown>;
  /** Where the answer goes. When absent, the answer replaces the document. */
  resultPath?: string;
  /** What is kept of the document afterwards. When absent, all of it. */
  outputPath?: string;
  /** When absent, `minutes`. */
  patience?: Patience;
  /** Many functions of the step are called at once, and may have to wait for each other. */
  inTurns?: boolean;
  /** Errors that go to another state than `caught`. */
  apart?: { errors: readonly string[]; by: IChainable };
  /** Where all errors go that are not, or no longer, worth another attempt, and the key of the error. */
  caught: { by: IChainable; path: string };
};

export type TaskBuilder = (name: string, step: Step, props: TaskProps) => TaskStateBase;

/** Builds the states that run steps, each with a timeout, its retries, and a Catch for the rest. */
export function taskBuilder(scope: Construct, functions: StepFunctions): TaskBuilder {
  return (name, step, { caught, apart, payload, patience = 'minutes', inTurns, ...paths }) => {
    const task = new LambdaInvoke(scope, name, {
      lambdaFunction: functions[step],
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
      taskTimeout: Timeout.duration(timeoutOf(step).plus(GRACE)),
      ...(payload && { payload: TaskInput.fromObject(payload) }),
      ...paths,
    });
    for (const retry of retriesOf(step, patience, { inTurns })) task.addRetry(retry);
    if (apart) task.addCatch(apart.by, { errors: [...apart.errors], resultPath: caught.path });
    return task.addCatch(caught.by, { resultPath: caught.path });
  };
}
