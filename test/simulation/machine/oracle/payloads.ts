import { machineOf, type Small } from './both.ts';
import { pass, saying, task } from './states.ts';

/** What a state reads, and what it leaves behind. */
export const payloads: Record<string, Small> = {
  'a Pass passes on': { machine: machineOf({ One: pass() }), input: { a: 1 } },
  'a Pass gives its Result': { machine: machineOf({ One: pass({ Result: { b: 2 } }) }), input: { a: 1 } },
  'a Result is put at ResultPath': {
    machine: machineOf({ One: pass({ Result: [1], ResultPath: '$.a.list' }) }),
    input: { a: { b: 1 }, c: 2 },
  },
  'Parameters take from the input, however deep, and from the context': {
    machine: machineOf({
      One: pass({
        Parameters: {
          'a.$': '$.x.y',
          list: [{ 'b.$': '$.x' }, 'text'],
          'id.$': '$$.Execution.Id',
          plain: null,
        },
      }),
    }),
    input: { x: { y: 1 } },
  },
  'InputPath, Parameters, ResultSelector, ResultPath and OutputPath come in this order': {
    machine: machineOf({
      One: task({
        InputPath: '$.in',
        Parameters: { 'asked.$': '$.a', 'all.$': '$' },
        ResultSelector: { 'told.$': '$.b' },
        ResultPath: '$.out',
        OutputPath: '$.out',
      }),
    }),
    input: { in: { a: 1 }, more: true },
    tasks: { One: () => ({ b: 2, c: 3 }) },
  },
  'a result is put into the raw input': {
    machine: machineOf({ One: task({ InputPath: '$.in', ResultPath: '$.out' }) }),
    input: { in: { a: 1 }, more: true },
  },
  'a ResultPath of null leaves the result away': {
    machine: machineOf({ One: task({ ResultPath: null }) }),
    input: { a: 1 },
  },
  'an InputPath of null asks with nothing': {
    machine: machineOf({ One: task({ InputPath: null }) }),
    input: { a: 1 },
  },
  'an OutputPath of null passes on nothing': {
    machine: machineOf({ One: task({ OutputPath: null }) }),
    input: { a: 1 },
  },
  'a result cannot be put into a text': {
    machine: machineOf({
      One: task({ ResultPath: '$.a', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
      Caught: pass({ Result: 'caught' }),
    }),
    input: 'a text',
  },
  'an item of a list is read by its place': saying('$.list[1].a', { list: [{ a: 1 }, { a: 2 }] }),
  'a star reads of every item': saying('$.list[*].a', { list: [{ a: 1 }, { a: 2 }] }),
  'a filter reads of those that match': saying("$.list[?(@.a=='x')].b", {
    list: [
      { a: 'x', b: 1 },
      { a: 'y', b: 2 },
      { a: 'x', b: 3 },
    ],
  }),
  'null is a value': saying('$.a', { a: null }),
  'a path that leads nowhere is States.Runtime': saying('$.a.b', { a: {} }),
  'a Wait passes on, with paths': {
    machine: machineOf({
      One: { Type: 'Wait', SecondsPath: '$.a.seconds', InputPath: '$', Next: 'Two' },
      Two: { Type: 'Wait', Seconds: 3, OutputPath: '$.a', Next: 'Three' },
      Three: { Type: 'Wait', TimestampPath: '$.until', Next: 'Four' },
      Four: { Type: 'Wait', Timestamp: '2026-11-23T01:00:00Z', End: true },
    }),
    input: { a: { seconds: 5, until: '2026-11-23T00:30:00Z' } },
  },
  'Succeed ends it, with paths': {
    machine: machineOf({ One: { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' } }),
    input: { a: { b: 1 } },
  },
};
