import { type Check, type Finding, unchecked } from './finding.ts';

/** The checks that need the organization's credentials, and those that need its stack. */
export const OF_THE_ORGANIZATION = [
  'admin secret',
  'admin key',
  'anchor names',
  'client secret',
  'witness',
  'host',
  'rotation',
] as const;
export const OF_THE_STACK = [
  'stack',
  'schedule',
  'last run without a halt',
  'subscription',
  'version',
] as const;

/** Why checks were not made, and what has to be repaired before they can be. */
type Why = { why: string; remedy: string };

export const NO_CREDENTIALS: Why = {
  why: 'AWS cannot be asked',
  remedy: 'Mend credentials and region first.',
};
export const NO_CONFIGURATION: Why = {
  why: 'the configuration is not valid',
  remedy: 'Correct the configuration first.',
};
export const NO_KEY: Why = { why: 'there is no key', remedy: 'Mend the admin secret first.' };
export const NO_STACK: Why = { why: 'no stack was found', remedy: 'Deploy it first, or look where it is.' };

/** Findings for checks that could not be made. */
export const notMade = (which: readonly Check[], { why, remedy }: Why): Finding[] =>
  which.map((check) => unchecked({ check, subject: '—' }, why, remedy));
