import { isOneOf, retryableErrors, silentErrors, WindlassError } from '../../domain/errors.ts';

/** What the audit trail says of a look that proved the opposite: the failure's name and its words. */
export type Refusal = { error: string; cause: string; clients?: readonly string[] };

/**
 * Takes a look. If it fails for good, the failure is recorded before it is thrown on. A failure that proves
 * nothing and is tried again for minutes is no verdict (I9). A journal that is down hides no failure.
 */
export async function recordingVerdicts<T>(
  record: (refusal: Refusal) => Promise<void>,
  look: () => Promise<T>,
): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (isVerdict(error)) {
      const { name, message, clients } = error;
      await record({ error: name, cause: message, ...(clients && { clients }) }).catch(() => {});
    }
    throw error;
  }
}

const isVerdict = (error: unknown): error is WindlassError =>
  error instanceof WindlassError && !isOneOf(error, [...retryableErrors, ...silentErrors]);
