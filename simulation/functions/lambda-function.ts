import type { LambdaError } from './lambda-worker.ts';

/** Thrown for what Lambda reports as a function error, with the name and text that Step Functions sees. */
export class FunctionError extends Error {
  constructor({ errorType, errorMessage, trace }: LambdaError) {
    super(JSON.stringify({ errorType, errorMessage, trace }));
    this.name = errorType;
  }
}

/** One function as the template describes it, with its environment resolved. */
export type LambdaFunction = {
  name: string;
  /** File URL of the bundled handler that would be deployed. */
  entry: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  /** A cell with the milliseconds by which its own clock is ahead. */
  skew?: SharedArrayBuffer | undefined;
  /** It starts only when it is invoked, since most rehearsals do not need it. */
  cold?: boolean;
};

/** The error of an invocation that Lambda's own timeout has ended. */
export const timedOut = ({ timeoutSeconds }: Pick<LambdaFunction, 'timeoutSeconds'>): FunctionError =>
  new FunctionError({
    errorType: 'Sandbox.Timedout',
    errorMessage: `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
    trace: [],
  });
