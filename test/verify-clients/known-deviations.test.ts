import { expect, test } from 'vitest';
import { type Complaint, knownDeviations } from '../../verify-clients/known-deviations.ts';

const idOf = (complaint: Partial<Complaint>): string | undefined =>
  knownDeviations.find(({ covers }) =>
    covers({
      check: '',
      operation: 'GET /organization/certificates',
      status: 200,
      message: '',
      ...complaint,
    }),
  )?.id;

test.each([
  ['refusals', { check: 'status_code_conformance', status: 404 }],
  ['invented', { check: 'positive_data_acceptance', status: 400, message: 'Unknown certificate ids: x.' }],
  [
    'limit',
    {
      check: 'positive_data_acceptance',
      status: 400,
      message: 'limit must be an integer between 1 and 100.',
    },
  ],
])('%s is known', (id, complaint) => {
  expect(idOf(complaint)).toBe(id);
});

test.each([
  { check: 'status_code_conformance', status: 500 },
  { check: 'status_code_conformance', status: 302 },
  { check: 'positive_data_acceptance', status: 400, message: 'name must be shorter.' },
  { check: 'response_schema_conformance', status: 200 },
  { check: 'not_a_server_error', status: 500 },
])('%j is not', (complaint) => {
  expect(idOf(complaint)).toBeUndefined();
});
