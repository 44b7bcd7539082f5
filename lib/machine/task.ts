import { Duration } from 'aws-cdk-lib';
import { type IChainable, TaskInput, type TaskStateBase, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { type StepFunctions, timeoutOf } from '../functions.ts';
import type { Step } from '../steps.ts';
import { type Patience, retriesOf } from './retries.ts';

// A step that is given up has to be a step that has ended: Lambda's own timeout comes first, cold start included.
const GRACE = Duration.minutes(1);

type TaskProps = {
  /** The step's whole input; the state's input when absent. */
  payload?: Record<string, unknown>;
  /** Where the answer goes; it is all that is left when absent. */
  resultPath?: string;
  /** What is left of the document afterwards; all of it when absent. */
  outputPath?: string;
  /** `minutes` when absent. */
  patience?: Patience;
  /** Many of it are called at once, and may have to wait for each other. */
  inTurns?: boolean;
  /** What goes elsewhere than the rest of what is caught. */
  apart?: { errors: readonly string[]; by: IChainable };
  /** Where everything goes that is not worth, or no longer worth, another attempt, and where its error is kept. */
  caught: { by: IChainable; path: string };
};

export type TaskBuilder = (name: string, step: Step, props: TaskProps) => TaskStateBase;

/** Builds the states that run steps, each with a timeout, the errors it retries and a place for the rest. */
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
