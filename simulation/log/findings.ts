/** The kinds of findings. */
export const violationKinds = [
  'lockout',
  'enforcementLost',
  'enforcementGained',
  'unplanned',
  'held',
  'compromised',
  'namedAnew',
  'leakedKeyAccepted',
  'shortLived',
  'successorMissing',
  'unproven',
  'widened',
  'tokenTold',
  'order',
  'soak',
  'soakedTwice',
  'soakTooLong',
  'lease',
  'undo',
  'outside',
  'schedule',
  'journal',
  'unaudited',
  'falseGreen',
  'unnamed',
  'silent',
  'repeated',
  'heldBack',
  'restless',
  'emergencyHeldUp',
  'emergencyLate',
  'forgotten',
  'unwatched',
  'leftToExpire',
  'unfinished',
  'activatedAgain',
] as const;

export type ViolationKind = (typeof violationKinds)[number];

/** One thing that went wrong, and when (Unix milliseconds). */
export type Finding = { kind: ViolationKind; at: number; what: string };

/** What the judges found in one log, and what they let pass for a reason. */
export type Judgement = {
  findings: Finding[];
  /** Changes that arrived after their execution had lost the lease, though it had the lease when it asked. */
  windows: number;
  /** Harm done because an outsider acted between a step's look and its one call. */
  races: number;
};
