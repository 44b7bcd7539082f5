import { steps } from '../../lib/steps.ts';

/** What functions call: the API's operations, the hosts, the client secrets, the schedule, and lease and journal. */
export const faultyOps = [
  'list',
  'activate',
  'deactivate',
  'retrieve',
  'probe',
  'secret',
  'schedule',
  'lease',
] as const;

/** What may become of one call. */
export const callFaults = [
  // No answer ever comes, and nothing happened.
  'timeout',
  // The connection is cut before anything happened.
  'reset',
  // It happened, and the answer never came.
  'lost-reply',
  '429',
  '500',
  '503',
  // It happened, and the answer is cut short.
  'malformed',
  // The answer takes seconds, yet less than anybody's patience.
  'slow',
  // The function that makes the call dies before, or after, it happened.
  'crash-before',
  'crash-after',
] as const;

/** What may become of one invocation of a step: nothing was done, all was done, or all was done too late to be told. */
export const stepFaults = ['crash-before', 'crash-after', 'timeout'] as const;

/** Every step by name, without loading what bundles them. */
export const stepNames = steps;
