import { createHash } from 'node:crypto';
import { WindlassError } from '../../../domain/errors.ts';
import { secondsOf } from '../../../domain/instant.ts';
import { type CompromisedMemory, lastNamed } from '../../../domain/memory/journal.ts';
import { rememberedCompromise } from '../../../domain/planning/compromise.ts';
import type { Journal } from '../journal.ts';

/**
 * Digits of the digest that tell one set of names from another. A plan has to carry them, so they are few.
 */
const SHORT = 16;

/**
 * Returns the first digits of the SHA-256 (hex) of all names, with the time when each was last named: what a
 * plan knew of.
 */
export const namesKnown = (named: readonly CompromisedMemory[]): string =>
  createHash('sha256')
    .update(JSON.stringify(named.map((one) => [one.anchorId, lastNamed(one)].join(' ')).sort()))
    .digest('hex')
    .slice(0, SHORT);

/**
 * Whether an emergency has named anything that a plan did not know. An emergency that ended as `Busy` could
 * schedule nothing (I15). Compares digests, because times are whole seconds of several clocks; for an older
 * plan without a digest, compares times. A name that was taken back since counts too, and costs a run.
 */
export async function isAnyNamedSince(
  journal: Pick<Journal, 'compromised'>,
  { plannedAt, namesKnown: known }: { plannedAt: string; namesKnown?: string | undefined },
): Promise<boolean> {
  const named = await journal.compromised();
  return known === undefined
    ? named.some((one) => lastNamed(one) > secondsOf(plannedAt))
    : namesKnown(named) !== known;
}

/**
 * Returns those successors that are named as compromised by now, or that have the key of a named anchor as
 * far as it has been read. The plan may not know it yet: an emergency writes its names down before it asks
 * for the lease, and each key as soon as it is read (I15).
 */
export async function namedByNow(
  journal: Pick<Journal, 'compromised'>,
  successions: readonly { successor: string; successorKey?: string | undefined }[],
): Promise<ReadonlySet<string>> {
  const { ids, keys } = rememberedCompromise(await journal.compromised());
  const isNamed = ({ successor, successorKey = '' }: (typeof successions)[number]): boolean =>
    ids.has(successor) || keys.has(successorKey);
  return new Set(successions.filter(isNamed).map(({ successor }) => successor));
}

/** The error for an anchor that is named by now, with what was left undone for it. */
export const namedMeanwhile = (anchorId: string, left: string): WindlassError =>
  new WindlassError(
    'AnchorCompromised',
    `${anchorId} has been named as compromised since the plan was made, or has a key that is, so ${left}; start a new run, which chooses another`,
  );
