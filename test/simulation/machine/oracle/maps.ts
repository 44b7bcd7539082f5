import { machineOf, type Small } from './both.ts';
import { catching, caught, each, pass, task, throwing } from './states.ts';

/** What a Map runs for each item. */
export const maps: Record<string, Small> = {
  'a Map gives a list in the order of its items': {
    machine: machineOf({ All: each({ MaxConcurrency: 2, ResultPath: '$.all' }) }),
    input: { scopes: ['a', 'b', 'c'] },
    tasks: { Toggle: (scope) => `${scope} done` },
  },
  'a Map without ItemsPath goes through its input': {
    machine: machineOf({ All: { ...each(), ItemsPath: undefined, InputPath: '$.scopes' } }),
    input: { scopes: [1, 2] },
    tasks: { Toggle: (n) => Number(n) * 2 },
  },
  'a Map over nothing gives nothing': { machine: machineOf({ All: each() }), input: { scopes: [] } },
  'what is no list is States.Runtime': { machine: machineOf({ All: each() }), input: { scopes: 'a' } },
  'ItemSelector takes from the input, and the item and its place from the context': {
    machine: machineOf({
      All: each({
        ItemSelector: {
          'item.$': '$$.Map.Item.Value',
          'index.$': '$$.Map.Item.Index',
          'of.$': '$.name',
          'scope.$': '$$.Map.Item.Value.scope',
        },
      }),
    }),
    input: { name: 'wave', scopes: [{ scope: 'a' }, { scope: 'b' }] },
    tasks: { Toggle: (input) => input },
  },
  'Maps within Maps': {
    machine: machineOf({
      Waves: each(
        {
          ItemsPath: '$.waves',
          MaxConcurrency: 1,
          ItemSelector: { 'scopes.$': '$$.Map.Item.Value', 'run.$': '$.run' },
        },
        {
          Scopes: each({
            ItemSelector: { 'scope.$': '$$.Map.Item.Value', 'run.$': '$.run' },
            ResultSelector: { 'count.$': 'States.ArrayLength($)', 'all.$': '$' },
          }),
        },
      ),
    }),
    input: { run: 7, waves: [['a'], ['b', 'c']] },
    tasks: { Toggle: (input) => input },
  },
  'an iteration fails the Map under its own error': {
    machine: machineOf({ All: each({ Catch: [catching('States.ALL')] }), Caught: caught }),
    input: { scopes: ['a'] },
    tasks: { Toggle: throwing('A') },
  },
  'an iteration deep within fails the outer Map': {
    machine: machineOf({
      Waves: each({ ItemsPath: '$.waves' }, { Scopes: each({ ItemsPath: '$' }) }),
    }),
    input: { waves: [['a']] },
    tasks: { Toggle: throwing('A') },
  },
  'an iteration that catches its own is none of the Map': {
    machine: machineOf({
      All: each(
        { MaxConcurrency: 1 },
        { Toggle: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }), Caught: pass() },
      ),
    }),
    input: { scopes: ['a', 'b'] },
    tasks: { Toggle: throwing('A') },
  },
};
