import { failing, machineOf, type Small } from './both.ts';
import { catching, pass, task, throwing } from './states.ts';

/** What is caught, and how a failure reaches the state that handles it. */
export const catches: Record<string, Small> = {
  'States.ALL catches, with the document kept': rescued([catching('States.ALL')], 'A'),
  'States.TaskFailed catches an error of a function': rescued([catching('States.TaskFailed')], 'A'),
  'a catch without ResultPath replaces the document': rescued(
    [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
    'A',
  ),
  'a catch with a ResultPath of null keeps the document': rescued(
    [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Caught' }],
    'A',
  ),
  'the first catcher that matches is taken': rescued(
    [{ ErrorEquals: ['A'], Next: 'Other' }, catching('States.ALL')],
    'A',
  ),
  'a cause that is JSON is kept as it is': rescued(
    [catching('States.ALL')],
    'A',
    '{"errorMessage":"a \\"b\\""}',
  ),
  'what nobody catches ends the execution': rescued([catching('B')], 'A'),
  'a catch puts the error where its path says, however deep': rescued(
    [{ ErrorEquals: ['States.ALL'], ResultPath: '$.deep.halt', Next: 'Caught' }],
    'A',
  ),
  'Fail takes its error and its cause from paths': {
    machine: machineOf({
      One: task({ Catch: [{ ...catching('States.ALL'), Next: 'Halted' }] }),
      Halted: { Type: 'Fail', ErrorPath: '$.halt.Error', CausePath: '$.halt.Cause' },
    }),
    tasks: { One: throwing('A') },
  },
  'Fail has an error and a cause of its own': {
    machine: machineOf({ Halted: { Type: 'Fail', Error: 'Blocked', Cause: 'upload one' } }),
  },
};

/** A Task that fails with `name`, and the given catchers. */
function rescued(Catch: object[], name: string, cause?: string): Small {
  const fail = () => {
    throw failing(name, cause);
  };
  return {
    machine: machineOf({ One: task({ Catch }), Caught: pass(), Other: pass({ Result: 'the other' }) }),
    input: { kept: true },
    tasks: { One: fail },
  };
}
