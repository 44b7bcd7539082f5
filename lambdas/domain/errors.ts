/**
 * Every name a failure can carry. Step Functions matches these names and an operator reads them at 3 a.m.,
 * so each one says what was wrong, not where it was noticed.
 */
export const errorNames = [
  // Try again: nothing is known to be wrong, but nothing is known to be right either (I9).
  'ApiUnavailable',
  'RateLimited',
  'UnreadableAnswer',
  'ToggleNotVisible',
  'ProbeInconclusive',
  'RevocationInconclusive',
  'SecretUnavailable',
  'ScheduleUnavailable',
  'LeaseUnavailable',
  'JournalUnavailable',
  // Stop: a person has to look.
  'InvalidRequest',
  'InvalidConfiguration',
  'InvalidInput',
  'AdminKeyRefused',
  'ApiRefused',
  'AnchorWithoutExpiry',
  'UnknownAnchor',
  'UnknownProject',
  'AnchorHeld',
  'ConfigurationChanged',
  'AnchorInvalid',
  'SecretMissing',
  'SecretInvalid',
  'LeafChanged',
  'NoProbeClient',
  'NotEnforced',
  'SuccessorRefused',
  'SuccessorNotActive',
  'EnforcementWouldBegin',
  'RetiringStillAccepted',
  'Busy',
  'Superseded',
] as const;

export type ErrorName = (typeof errorNames)[number];

/** The errors worth another attempt minutes later; the workflow's retry lists are built from this. */
export const retryableErrors = [
  'ApiUnavailable',
  'RateLimited',
  'UnreadableAnswer',
  'ToggleNotVisible',
  'ProbeInconclusive',
  'RevocationInconclusive',
  'SecretUnavailable',
  'ScheduleUnavailable',
  'LeaseUnavailable',
  'JournalUnavailable',
] as const satisfies readonly ErrorName[];

/**
 * What may be no more than a toggle on its way to every edge, since nobody says how long that takes: tried again
 * for minutes by the steps that probe, and only then a halt.
 */
export const propagationErrors = [
  'SuccessorRefused',
  'NotEnforced',
  'RetiringStillAccepted',
] as const satisfies readonly ErrorName[];

/**
 * The failure that decides what happens next, of several at once: that a client is locked out, or that nobody is asked
 * for a certificate; then what needs a person; and only then what may pass by itself (I9, I10).
 */
export function gravest(failures: readonly unknown[]): unknown {
  const weight = (failure: unknown): number => {
    const { name } = Object(failure) as { name?: unknown };
    if (name === 'SuccessorRefused' || name === 'NotEnforced') return 2;
    return (retryableErrors as readonly unknown[]).includes(name) ? 0 : 1;
  };
  return failures.toSorted((a, b) => weight(b) - weight(a))[0];
}

/** An error whose `name` is one of {@link errorNames}; its message is written for an operator and holds no secret (I14). */
export class WindlassError extends Error {
  override readonly name: ErrorName;

  constructor(name: ErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}
