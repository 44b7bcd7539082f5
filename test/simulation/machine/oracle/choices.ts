import { machineOf, type Small } from './both.ts';
import { catching, choosing, each, pass } from './states.ts';

/** The values that the choices compare. */
export const data = { n: 5, m: 7, s: 'beta', t: true, nothing: null };
/** Which rules of a Choice hold. */
export const choices: Record<string, Small> = Object.fromEntries(
  [
    { Variable: '$.n', NumericEquals: 5 },
    { Variable: '$.n', NumericLessThan: 5 },
    { Variable: '$.n', NumericLessThanEquals: 5 },
    { Variable: '$.n', NumericGreaterThan: 4 },
    { Variable: '$.n', NumericGreaterThanEquals: 6 },
    { Variable: '$.n', NumericLessThanPath: '$.m' },
    { Variable: '$.s', StringEquals: 'beta' },
    { Variable: '$.s', StringLessThan: 'gamma' },
    { Variable: '$.s', StringGreaterThan: 'gamma' },
    { Variable: '$.s', StringEqualsPath: '$.s' },
    { Variable: '$.s', NumericEquals: 5 },
    { Variable: '$.n', StringEquals: '5' },
    { Variable: '$.t', BooleanEquals: true },
    { Variable: '$.t', BooleanEquals: false },
    { Variable: '$.n', IsPresent: true },
    { Variable: '$.absent', IsPresent: true },
    { Variable: '$.absent.deeper', IsPresent: true },
    { Variable: '$.nothing', IsPresent: true },
    { Variable: '$.nothing', IsNull: true },
    { Variable: '$.n', IsNumeric: true },
    { Variable: '$.n', IsString: true },
    { Variable: '$.t', IsBoolean: true },
    {
      And: [
        { Variable: '$.absent', IsPresent: true },
        { Variable: '$.absent', NumericEquals: 1 },
      ],
    },
    {
      And: [
        { Variable: '$.n', NumericEquals: 5 },
        { Variable: '$.t', BooleanEquals: true },
      ],
    },
    {
      Or: [
        { Variable: '$.n', NumericEquals: 6 },
        { Variable: '$.t', BooleanEquals: true },
      ],
    },
    {
      Or: [
        { Variable: '$.n', NumericEquals: 6 },
        { Variable: '$.t', BooleanEquals: false },
      ],
    },
    { Not: { Variable: '$.s', StringEquals: 'beta' } },
    {
      Not: {
        Or: [
          { Variable: '$.n', NumericEquals: 6 },
          { Variable: '$.t', BooleanEquals: false },
        ],
      },
    },
    { Variable: '$.absent', NumericEquals: 1 },
  ].map((rule) => [`a Choice of ${JSON.stringify(rule)}`, choosing(rule, data)]),
);

/** The order of the rules. */
export const rules: Record<string, Small> = {
  'the first rule that holds is taken': {
    machine: machineOf({
      Which: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.n', NumericEquals: 4, Next: 'No' },
          { Variable: '$.n', NumericEquals: 5, Next: 'Yes' },
          { Variable: '$.n', NumericEquals: 5, Next: 'No' },
        ],
      },
      Yes: pass({ Result: 'yes' }),
      No: pass({ Result: 'no' }),
    }),
    input: data,
  },
  'a Choice without a default that nothing holds for fails': {
    machine: machineOf({
      Which: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 4, Next: 'Yes' }] },
      Yes: pass(),
    }),
    input: data,
  },
  'a Map catches the States.NoChoiceMatched within': {
    machine: machineOf({
      All: each(
        { Catch: [catching('States.NoChoiceMatched')] },
        {
          Which: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 4, Next: 'Yes' }] },
          Yes: pass(),
        },
      ),
      Caught: pass({ Parameters: { 'error.$': '$.halt.Error' } }),
    }),
    input: { scopes: [4, 5] },
  },
};
