import { failing, machineOf, type Small } from './both.ts';
import { catching, choosing, each, pass, saying, task, throwing } from './states.ts';

/**
 * A machine that the oracle reads differently: each outcome, and the words of the documentation that decide.
 */
export type Difference = {
  small: Small;
  /**
   * From the Developer Guide of Step Functions, the specification of the language, or the CDK's reference.
   */
  words: string;
  mine: object;
  theirs: object;
};

const json = '{"errorMessage":"a \\"quoted\\" \\\\ word"}';
const tooMuch = 'x'.repeat(262_144);

/**
 * Where the oracle is wrong. A machine on which both agree again fails its test, and then belongs among the
 * small machines.
 */
export const differences: Record<string, Difference> = {
  'a Map that has failed starts what is queued': {
    small: {
      machine: machineOf({ All: each({ MaxConcurrency: 1, Retry: [{ ErrorEquals: ['A'] }] }) }),
      input: { scopes: ['a', 'b'] },
      tasks: { Toggle: throwing('A') },
    },
    words:
      'If any iteration fails, due to an unhandled error or by transitioning to a Fail state, the entire Map State is considered to have failed and all the iterations are terminated.',
    mine: { calls: ['a', 'a', 'b'].map((item) => ['Toggle', item]) },
    theirs: { calls: ['a', 'b', 'a', 'b'].map((item) => ['Toggle', item]) },
  },
  'States.TaskFailed matches nothing in a Map': {
    small: {
      machine: machineOf({
        All: each({ Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Caught' }] }),
        Caught: pass({ Result: 'caught' }),
      }),
      input: { scopes: ['a'] },
      tasks: { Toggle: throwing('A') },
    },
    words:
      'When used in a retry or catch, States.TaskFailed acts as a wildcard that matches any known error name except for States.Timeout.',
    mine: { error: null, output: 'caught' },
    theirs: { error: 'A', output: null },
  },
  'no payload is too large': {
    small: {
      machine: machineOf({ One: task({ Catch: [catching('States.ALL')] }), Caught: pass() }),
      tasks: { One: () => tooMuch },
    },
    words:
      'States.DataLimitExceeded: When the output of a state is larger than payload size quota. … A terminal error that can not be caught by the States.ALL error type.',
    mine: { error: 'States.DataLimitExceeded', output: null },
    theirs: { error: null, output: tooMuch },
  },
  'States.Format drops the backslashes of a value': {
    small: {
      machine: machineOf({
        One: task({ Catch: [catching('States.ALL')] }),
        Caught: pass({ Parameters: { 'said.$': "States.Format('{}; undone', $.halt.Cause)" } }),
      }),
      tasks: {
        One: () => {
          throw failing('A', json);
        },
      },
    },
    words:
      'The value of an argument which is a Path is the result of applying it to the input of the Payload Template.',
    mine: { output: { said: `${json}; undone` } },
    theirs: { output: { said: `${json.replaceAll('\\', '')}; undone` } },
  },
  'States.JsonToString gives what is no JSON': {
    small: saying('States.JsonToString($)', { a: 'x "y"' }),
    words:
      'The interpreter returns a string which is a JSON text representing the data identified by the Path.',
    mine: { output: { said: '{"a":"x \\"y\\""}' } },
    theirs: { output: { said: '{"a":"x "y""}' } },
  },
  'an escaped backslash is lost': {
    small: saying("States.Format('a \\\\ {}', 1)"),
    words: 'The literal string `\\\\` represents `\\`.',
    mine: { output: { said: 'a \\ 1' } },
    theirs: { output: { said: 'a  1' } },
  },
  'an intrinsic function that fails is States.Runtime': {
    small: saying("States.Format('{} {}', 1)"),
    words:
      'If the Intrinsic Function fails during evaluation, the interpreter fails the machine execution with an Error Name of "States.IntrinsicFailure".',
    mine: { error: 'States.IntrinsicFailure' },
    theirs: { error: 'States.Runtime' },
  },
  'text that is no JSON fails under a name of JavaScript': {
    small: saying("States.StringToJson('no')"),
    words:
      'States.IntrinsicFailure: Within a Payload Template, the attempt to invoke an Intrinsic Function failed.',
    mine: { error: 'States.IntrinsicFailure' },
    theirs: { error: 'SyntaxError' },
  },
  'an item beyond the end of a list is null': {
    small: saying('States.ArrayGetItem($.list, 5)', { list: [1] }),
    words:
      'States.IntrinsicFailure: Within a Payload Template, the attempt to invoke an Intrinsic Function failed.',
    mine: { error: 'States.IntrinsicFailure' },
    theirs: { error: null, output: { said: null } },
  },
  'a filter that nothing matches leads nowhere': {
    small: saying("$.list[?(@.a=='z')].b", { list: [{ a: 'x', b: 1 }] }),
    words:
      'Note that JSONPath can yield multiple values when applied to an input JSON text. … When this happens, to produce the effective input, the interpreter gathers the texts into an array.',
    mine: { error: null, output: { said: [] } },
    theirs: { error: 'States.Runtime' },
  },
  'a star over nothing leads nowhere': {
    small: saying('$.list[*].b', { list: [] }),
    words:
      'Note that JSONPath can yield multiple values when applied to an input JSON text. … When this happens, to produce the effective input, the interpreter gathers the texts into an array.',
    mine: { error: null, output: { said: [] } },
    theirs: { error: 'States.Runtime' },
  },
  'IsPresent of false never holds': {
    small: choosing({ Variable: '$.absent', IsPresent: false }, {}),
    words: 'Condition.isNotPresent: Matches if variable is not present',
    mine: { output: 'yes' },
    theirs: { output: 'no' },
  },
  'a ResultPath of $ is a field of that name': {
    small: {
      machine: machineOf({ One: task({ ResultPath: '$' }) }),
      input: { a: 1 },
      tasks: { One: () => 'new' },
    },
    words:
      'The default value of ResultPath is "$", so by default a state’s result overwrites and replaces the input.',
    mine: { output: 'new' },
    theirs: { output: { a: 1, $: 'new' } },
  },
  'a Result of false is no result': {
    small: { machine: machineOf({ One: pass({ Result: false }) }), input: { a: 1 } },
    words:
      '"Result" means the JSON text that a state generates, for example the Value of the "Result" field in a Pass State.',
    mine: { output: false },
    theirs: { output: { a: 1 } },
  },
  'an iteration takes its own input for that of the execution': {
    small: {
      machine: machineOf({
        All: each({}, { Say: pass({ Parameters: { 'input.$': '$$.Execution.Input' } }) }),
      }),
      input: { scopes: ['a'] },
    },
    words:
      'Inline – In this mode, each iteration of the Map state runs in the context of the workflow that contains the Map state.',
    mine: { output: [{ input: { scopes: ['a'] } }] },
    theirs: { output: [{ input: 'a' }] },
  },
  'the first ".$" of a name is cut': {
    small: { machine: machineOf({ One: pass({ Parameters: { 'a.$b.$': '$' } }) }), input: 1 },
    words:
      'its value is transformed according to the following rules and the field is renamed to strip the ".$" suffix.',
    mine: { output: { 'a.$b': 1 } },
    theirs: { output: { 'ab.$': 1 } },
  },
};
