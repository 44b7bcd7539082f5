import type { Small } from './both.ts';
import { data } from './choices.ts';
import { saying } from './states.ts';

/** The results of intrinsic functions. */
export const intrinsics: Record<string, Small> = Object.fromEntries(
  [
    "States.Format('{} and {}', $.n, $.s)",
    "States.Format('{}, {}', $.t, $.nothing)",
    "States.Format('a, b ({})', $.s)",
    'States.Format($.template, 1)',
    'States.Array()',
    "States.Array($.n, 'two', 3, $.list)",
    'States.ArrayLength($.list)',
    'States.ArrayContains($.list, 2)',
    'States.ArrayContains($.list, 9)',
    'States.ArrayGetItem($.list, 1)',
    'States.ArrayPartition($.list, 2)',
    'States.ArrayGetItem(States.ArrayPartition($.list, 2), 1)',
    "States.ArrayContains($.objects[*].verdict, 'halted')",
    "States.ArrayGetItem($.objects[?(@.verdict=='halted')].error, 0)",
    'States.StringToJson($.json)',
  ].map((expression) => [
    expression,
    saying(expression, {
      ...data,
      template: 'no {}',
      list: [1, 2, 3],
      json: '{"a":[1,"b"]}',
      objects: [
        { verdict: 'halted', error: 'A' },
        { verdict: 'proven', error: 'none' },
        { verdict: 'halted', error: 'B' },
      ],
    }),
  ]),
);
