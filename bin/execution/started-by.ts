import { hostname, userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { startedBySchema } from '../../lambdas/domain/request.ts';
import { looksLikeKey } from '../../lambdas/domain/secret-name.ts';

/** Reads `--started-by`: what the audit trail takes for a name. Throws `InvalidInput` for a key that was pasted in its place, and repeats none of it (I14). */
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

/** Who sits at this machine, as far as the operating system knows: `ada@laptop`, cut to what the audit trail takes. */
export function whoIsHere(): string {
  const name = `${userName()}@${hostname()}`.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return [...name].slice(0, 64).join('');
}

/** A container's user may have a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER || 'unknown';
  }
}
