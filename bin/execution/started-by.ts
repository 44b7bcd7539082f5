import { hostname, userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { startedBySchema } from '../../lambdas/domain/request.ts';
import { looksLikeKey } from '../../lambdas/domain/secret-name.ts';

/**
 * Reads `--started-by`, the name that goes into the audit trail. Throws `InvalidInput` when a key was pasted
 * instead, and repeats none of it (I14).
 */
export function parseStartedBy(text: string): string {
  if (looksLikeKey(text))
    throw new WindlassError(
      'InvalidInput',
      '--started-by was given what looks like a key, a token or a PEM, and has to be a name',
    );
  const parsed = startedBySchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('It is not printable text of 1 to 128 characters on one line.');
}

/**
 * The user of this machine as the operating system knows it, such as `ada@laptop`. Cut to the length that the
 * audit trail takes.
 */
export function whoIsHere(): string {
  const name = `${userName()}@${hostname()}`.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return [...name].slice(0, 64).join('');
}

/** The user's name. A container's user may have a number only, for which `userInfo` throws. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER || 'unknown';
  }
}
