import { machineOf, type Small, silence } from './both.ts';
import { catching, caught, late, pass, task, throwing } from './states.ts';

/** Which errors are retried, and how often. */
export const retries: Record<string, Small> = {
  'States.ALL retries an error of a function': retried([{ ErrorEquals: ['States.ALL'] }], 'A', 'B'),
  'States.ALL retries no more than three times unless told': retried(
    [{ ErrorEquals: ['States.ALL'] }],
    ...'ABCD',
  ),
  'States.TaskFailed retries an error of a function': retried([{ ErrorEquals: ['States.TaskFailed'] }], 'A'),
  'a name retries itself and no other': retried([{ ErrorEquals: ['A'] }], 'A', 'B'),
  'retriers count their own attempts, in the order of the list': retried(
    [
      { ErrorEquals: ['A', 'B'], MaxAttempts: 2 },
      { ErrorEquals: ['C'], IntervalSeconds: 5 },
    ],
    ...'ABCB',
  ),
  'the first retrier that matches decides, even when it is spent': retried(
    [{ ErrorEquals: ['A'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'] }],
    'A',
    'A',
  ),
  'MaxAttempts of 0 never retries': retried(
    [{ ErrorEquals: ['A'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }],
    'A',
  ),
  'delays and jitter change nothing of the outcome': retried(
    [{ ErrorEquals: ['A'], BackoffRate: 3, MaxDelaySeconds: 2, JitterStrategy: 'FULL', MaxAttempts: 5 }],
    ...'AAAAA',
  ),
  'States.Runtime is never retried nor caught': {
    machine: machineOf({
      One: task({
        Parameters: { 'a.$': '$.nowhere' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [catching('States.ALL')],
      }),
      Caught: pass(),
    }),
  },
};

/** How long a Task or an execution may take. */
export const timeouts: Record<string, Small> = {
  'a Task that takes longer than TimeoutSeconds fails as States.Timeout': {
    machine: machineOf({ One: task({ TimeoutSeconds: 1 }) }),
    tasks: { One: silence },
  },
  'States.Timeout is retried by its name': {
    machine: machineOf({ One: task({ TimeoutSeconds: 1, Retry: [{ ErrorEquals: ['States.Timeout'] }] }) }),
    tasks: { One: late },
  },
  'States.ALL retries States.Timeout': {
    machine: machineOf({ One: task({ TimeoutSeconds: 1, Retry: [{ ErrorEquals: ['States.ALL'] }] }) }),
    tasks: { One: late },
  },
  'States.TaskFailed neither retries nor catches States.Timeout': {
    machine: machineOf({
      One: task({
        TimeoutSeconds: 1,
        Retry: [{ ErrorEquals: ['States.TaskFailed'] }],
        Catch: [catching('States.TaskFailed')],
      }),
      Caught: caught,
    }),
    tasks: { One: late },
  },
  'a machine that runs longer than TimeoutSeconds fails as States.Timeout, and catches nothing': {
    machine: machineOf(
      { One: task({ Catch: [catching('States.ALL')] }), Caught: caught },
      { TimeoutSeconds: 1 },
    ),
    tasks: { One: silence },
  },
};

/** A Task that fails with these errors in turn, and the given retriers. */
function retried(Retry: object[], ...names: string[]): Small {
  return {
    machine: machineOf({ One: task({ Retry, Catch: [catching('States.ALL')] }), Caught: caught }),
    tasks: { One: throwing(...names) },
  };
}
