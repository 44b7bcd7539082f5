/**
 * Whether another attempt may help.
 *
 * `unknown`: nothing is known to be wrong or right (I9), and it may be right minutes later. `propagation`: it
 * may be a toggle on its way to every edge, since nobody says how long that takes, or a host that is mistaken
 * for a moment. The steps that probe try again for minutes. `lockout`: the same in the overlap. After a cut,
 * however, clients may be locked out, and the undo cannot wait for minutes (I10).
 *
 * `deployment`: it may be a stack that is being deployed, whose policies and functions change one after the
 * other within a minute or two. `unfinished`: nothing is wrong, and the next attempt goes on. `never`: a
 * person has to look.
 */
type Retried = 'unknown' | 'propagation' | 'lockout' | 'deployment' | 'unfinished' | 'never';

/**
 * Every name that a failure can have, and whether it is tried again. Step Functions matches these names, and
 * an operator reads them at 3 a.m. So each one says what was wrong, not where it was noticed.
 * `error-guide.ts` says what each leaves behind and what to do.
 */
const retried = {
  ApiUnavailable: 'unknown',
  RateLimited: 'unknown',
  UnreadableAnswer: 'unknown',
  ToggleNotVisible: 'unknown',
  ProbeInconclusive: 'unknown',
  RevocationInconclusive: 'unknown',
  SecretUnavailable: 'unknown',
  ScheduleUnavailable: 'unknown',
  LeaseUnavailable: 'unknown',
  JournalUnavailable: 'unknown',
  ManifestUnavailable: 'unknown',
  ClientListUnavailable: 'unknown',
  SuccessorRefused: 'lockout',
  NotEnforced: 'lockout',
  RetiringStillAccepted: 'propagation',
  ProbeRefused: 'propagation',
  ClientListLost: 'deployment',
  AwsRefused: 'deployment',
  SurveyUnfinished: 'unfinished',
  TrustWidened: 'never',
  WitnessUnjudged: 'never',
  KeyOfAnotherProject: 'never',
  InvalidRequest: 'never',
  InvalidConfiguration: 'never',
  InvalidInput: 'never',
  AdminKeyRefused: 'never',
  ApiRefused: 'never',
  AnchorWithoutExpiry: 'never',
  UnknownAnchor: 'never',
  UnknownProject: 'never',
  AnchorHeld: 'never',
  AnchorCompromised: 'never',
  CompromiseRetracted: 'never',
  ConfigurationChanged: 'never',
  ManifestChanged: 'never',
  ScopeLost: 'never',
  Stopped: 'never',
  OutOfTime: 'never',
  AnchorInvalid: 'never',
  SecretMissing: 'never',
  SecretInvalid: 'never',
  LeafChanged: 'never',
  ClientOnRetiring: 'never',
  RetiringReactivated: 'never',
  SuccessorNotActive: 'never',
  EnforcementWouldBegin: 'never',
  Busy: 'never',
  Superseded: 'never',
} as const satisfies Record<string, Retried>;

export type ErrorName = keyof typeof retried;

export const errorNames = Object.keys(retried) as readonly ErrorName[];

const named = (...kinds: readonly Retried[]): readonly ErrorName[] =>
  errorNames.filter((name) => kinds.includes(retried[name]));

/** Errors that are worth another attempt minutes later. The workflow's retry lists are built from these. */
export const retryableErrors = named('unknown');

/** Errors that may only be a toggle on its way. The steps that probe try again for minutes, and then halt. */
export const propagationErrors = named('lockout', 'propagation');

/** Those of them that may mean, after a cut, that clients are locked out: two looks, and then the undo. */
export const lockoutErrors = named('lockout');

/**
 * Errors of a probe that says nothing of the leaf (I9): one that may pass in a moment, and one that stays.
 */
export const silentErrors = ['ProbeInconclusive', 'ProbeRefused'] as const satisfies readonly ErrorName[];

/** Errors that may only be a deployment at work: tried again for two minutes. */
export const deploymentErrors = named('deployment');

/** Errors of a step that goes on at its next attempt, where the last one stopped. */
export const unfinishedErrors = named('unfinished');

/** Whether and when a failure of this name is tried again. */
export const retriedAs = (name: ErrorName): Retried => retried[name];

/**
 * Returns the failure that decides what happens next, of several at once. First: a witness gets in. Then: a
 * client is locked out, or nobody is asked for a certificate. Then anything that needs a person. Last comes a
 * failure that may pass by itself, or that waits for another scope (I9, I10).
 */
export function gravest(failures: readonly unknown[]): unknown {
  const weight = (failure: unknown): number => {
    const { name } = Object(failure) as { name: ErrorName };
    if (name === 'TrustWidened') return 3;
    if (lockoutErrors.includes(name)) return 2;
    return ['OutOfTime', 'WitnessUnjudged', ...retryableErrors, ...silentErrors].includes(name) ? 0 : 1;
  };
  return failures.toSorted((a, b) => weight(b) - weight(a))[0];
}

/**
 * Returns the failure that is waited for longest. A client that says nothing yet may get in at another look,
 * and is not given up for a client whom no wait helps (I17). Where another rotation has taken over, it ends
 * at once.
 */
export function mostPatient(failures: readonly unknown[]): unknown {
  for (const names of [['Superseded'] as const, retryableErrors, propagationErrors]) {
    const first = failures.find((one) => isOneOf(one, names));
    if (first) return first;
  }
  return gravest(failures);
}

/** Whether a failure is ours and has one of these names. */
export const isOneOf = (failure: unknown, names: readonly ErrorName[]): failure is WindlassError =>
  failure instanceof WindlassError && names.includes(failure.name);

/**
 * An error whose `name` is one of {@link errorNames}. Its message is written for an operator and holds no
 * secret (I14).
 */
export class WindlassError extends Error {
  override readonly name: ErrorName;
  /** All clients that it concerns, where its message names one of several. */
  readonly clients?: readonly string[];

  constructor(
    name: ErrorName,
    message: string,
    { clients, ...options }: ErrorOptions & { clients?: readonly string[] } = {},
  ) {
    super(message, options);
    this.name = name;
    if (clients) this.clients = clients;
  }
}
