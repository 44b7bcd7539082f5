import { expect, it } from 'vitest';
import { type ErrorName, WindlassError } from '../../../lambdas/domain/errors.ts';
import { inTime, timeOf } from '../../../lambdas/domain/next-run/time-left.ts';
import { DAY, NOW } from '../organizations.ts';

it.each<[ErrorName, number, ErrorName]>([
  ['ProbeInconclusive', DAY, 'ProbeInconclusive'],
  ['ProbeInconclusive', DAY + 1, 'OutOfTime'],
  ['SecretUnavailable', DAY + 1, 'OutOfTime'],
  // A host's verdict has nothing to do with time, and stops the waves after it (rule 4).
  ['SuccessorRefused', DAY + 1, 'SuccessorRefused'],
  ['TrustWidened', DAY + 1, 'TrustWidened'],
])('I17, I18: a look that ends with %s %d seconds after the plan halts as %s', (name, seconds, halt) => {
  const share = { scope: 'proj_a', time: timeOf(NOW, 7 * DAY) };
  const failure = inTime(new WindlassError(name, 'it was'), share, 'overlap', NOW + seconds);
  expect(failure.name).toBe(halt);
});
