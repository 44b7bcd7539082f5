import { scrub } from '../../lambdas/adapters/scrub.ts';
import { retriedAs, WindlassError } from '../../lambdas/domain/errors.ts';
import { isOfTheAsker } from '../account/asker.ts';
import { awsReason } from '../account/aws-reason.ts';

/** What a doctor looks at, in the order in which it is told. */
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

/** How a check ended: `unchecked` is one that nobody could make, and never a pass (I9). */
export type Severity = 'ok' | 'warning' | 'failed' | 'unchecked';

/** One thing that was looked at: what was seen, and what to do in one sentence where something has to be done. */
export type Finding = {
  check: Check;
  /** What it was looked at in: a name, an id, a URL. */
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

/** Words of Node and of the AWS SDK for a call that reached nobody. */
const UNREACHED = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b/;

/** What to do where nobody answered: what may be read there is not the question then. */
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
 * What an error says of a check. One that may pass by itself says nothing of what was looked at (I9); any other of ours is what is
 * wrong. What only AWS or nobody named says no more than that the check was not made.
 */
export async function troubleWith(about: About, error: unknown, remedy: string): Promise<Finding> {
  if (!(error instanceof WindlassError))
    return unchecked(about, scrub(await awsReason(error, 'AWS')), remedy);
  const isUnsure = retriedAs(error.name) === 'unknown' || isOfTheAsker(error);
  return (isUnsure ? unchecked : failed)(about, scrub(error.message), remedy);
}

/** Makes checks, and tells in their place why they could not be made, whatever went wrong: one hides no other. */
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
