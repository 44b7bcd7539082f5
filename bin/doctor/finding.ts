import { scrub } from '../../lambdas/adapters/scrub.ts';
import { retriedAs, WindlassError } from '../../lambdas/domain/errors.ts';
import { isOfTheAsker } from '../account/asker.ts';
import { awsReason } from '../account/aws-reason.ts';

/** What a doctor checks, in the order of its report. */
export const checks = [
  ...(['configuration', 'policy', 'credentials', 'region', 'admin secret', 'admin key'] as const),
  ...([
    'anchor names',
    'client secret',
    'witness',
    'host',
    'rotation',
    'stack',
    'schedule',
    'last run without a halt',
  ] as const),
  ...(['subscription', 'version'] as const),
] as const;

export type Check = (typeof checks)[number];

/** How a check ended. `unchecked` is a check that could not be made, and never counts as a pass (I9). */
export type Severity = 'ok' | 'warning' | 'failed' | 'unchecked';

/**
 * The result of one check: what was seen, and one sentence about what to do when something has to be done.
 */
export type Finding = {
  check: Check;
  /** What was checked: a name, an id, a URL. */
  subject: string;
  severity: Severity;
  seen: string;
  remedy: string | null;
};

type About = Pick<Finding, 'check' | 'subject'>;

export const ok = (about: About, seen: string): Finding => ({ ...about, severity: 'ok', seen, remedy: null });

export const warning = (about: About, seen: string, remedy: string): Finding => ({
  ...about,
  severity: 'warning',
  seen,
  remedy,
});

export const failed = (about: About, seen: string, remedy: string): Finding => ({
  ...about,
  severity: 'failed',
  seen,
  remedy,
});

/** Error codes of Node and of the AWS SDK for a call that reached no host. */
const UNREACHED = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b/;

/** The remedy for a check that could not be made. When no host answered, permissions are not the problem. */
const remedyOf = (seen: string, remedy: string): string =>
  UNREACHED.test(seen) && remedy.startsWith('Use credentials')
    ? 'Nobody answered there: look at the region, and at the way there (DNS, proxy, firewall), then ask again.'
    : remedy;

export const unchecked = (about: About, why: string, remedy: string): Finding => ({
  ...about,
  severity: 'unchecked',
  seen: why,
  remedy: remedyOf(why, remedy),
});

/**
 * Turns an error into the finding of a check. An error that may pass by itself, or that is due to the person
 * who asks, leaves the check unmade (I9). Any other error of ours is a failure of what was checked. An error
 * of AWS or without a name of ours means that the check was not made.
 */
export async function troubleWith(about: About, error: unknown, remedy: string): Promise<Finding> {
  if (!(error instanceof WindlassError))
    return unchecked(about, scrub(await awsReason(error, 'AWS')), remedy);
  const isUnsure = retriedAs(error.name) === 'unknown' || isOfTheAsker(error);
  return (isUnsure ? unchecked : failed)(about, scrub(error.message), remedy);
}

/**
 * Makes checks, and returns a finding with the reason when they could not be made. So one failed check hides
 * no other.
 */
export async function attempted(
  about: About,
  remedy: string,
  make: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await make();
  } catch (error) {
    return [await troubleWith(about, error, remedy)];
  }
}
