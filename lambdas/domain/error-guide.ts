import { kinds, type Situation, situations } from './error-situations.ts';
import { type ErrorName, errorNames, retriedAs } from './errors.ts';

/**
 * Names that an execution may end with and that no step throws: the workflow's own, and those of Step
 * Functions and Lambda for a function that was cut off or could not run. `Lambda.*`, `Runtime.*` and
 * `States.*` stand for all names that begin so and have no line of their own.
 */
const otherNames = [
  'Blocked',
  'Runtime.ExitError',
  'Runtime.HandlerError',
  'Sandbox.Timedout',
  'States.Timeout',
  'States.ItemReaderFailed',
  'Lambda.*',
  'Runtime.*',
  'States.*',
] as const;

export type HaltName = ErrorName | (typeof otherNames)[number];

/**
 * What an operator should know of a name. `exit` says what `windlass rotate` exits with after an execution
 * that ended so.
 */
export type Guide = {
  kind: keyof typeof kinds;
  exit: 'blocked' | 'halted';
  situations: readonly Situation[];
};

const guide = (kind: Guide['kind'], ...told: readonly Situation[]): Guide => ({
  kind,
  exit: 'halted',
  situations: told,
});

const badField = guide('mend', situations.badField);
const badRequest = guide('mend', situations.badRequest);
const badSecret = guide('mend', situations.badSecret);
const badAnchor = guide('mend', situations.badAnchor);
const unanswered = guide('wait', situations.unanswered);
const unproven = guide('look', situations.unproven, situations.unprovenCut);
const stillTrusted = guide('look', situations.stillTrusted);
const trustChanged = guide('changed', situations.trustChanged);
const cutOff = guide('wait', situations.cutOff);

/**
 * What each name leaves behind and what to do. A name that is missing here does not compile. The documents
 * list the names in this order.
 */
export const errorGuide = {
  Blocked: { ...guide('mend', situations.blocked), exit: 'blocked' },
  InvalidRequest: badRequest,
  UnknownAnchor: badRequest,
  InvalidConfiguration: badField,
  InvalidInput: badField,
  UnknownProject: guide('mend', situations.unknownProject),
  AdminKeyRefused: guide('mend', situations.badAdminKey),
  SecretMissing: badSecret,
  SecretInvalid: badSecret,
  AwsRefused: guide('mend', situations.notAllowed),
  ClientListLost: guide('mend', situations.clientListLost),
  AnchorWithoutExpiry: badAnchor,
  AnchorInvalid: badAnchor,
  ApiUnavailable: unanswered,
  RateLimited: unanswered,
  UnreadableAnswer: unanswered,
  SecretUnavailable: unanswered,
  ScheduleUnavailable: unanswered,
  LeaseUnavailable: unanswered,
  JournalUnavailable: unanswered,
  ManifestUnavailable: unanswered,
  ClientListUnavailable: unanswered,
  SurveyUnfinished: guide('wait', situations.surveyUnfinished),
  ToggleNotVisible: guide('wait', situations.unseen),
  ProbeInconclusive: unproven,
  ProbeRefused: unproven,
  NotEnforced: unproven,
  SuccessorRefused: guide('look', situations.unproven, situations.refusedCut),
  TrustWidened: guide('look', situations.widened),
  WitnessUnjudged: guide('look', situations.unjudged),
  KeyOfAnotherProject: guide('look', situations.misplaced),
  RetiringStillAccepted: stillTrusted,
  RevocationInconclusive: stillTrusted,
  OutOfTime: guide('look', situations.outOfTime),
  ScopeLost: guide('look', situations.scopeLost),
  LeafChanged: guide('changed', situations.leafChanged),
  ClientOnRetiring: guide('changed', situations.clientOnRetiring),
  RetiringReactivated: guide('changed', situations.retiringReactivated),
  SuccessorNotActive: trustChanged,
  EnforcementWouldBegin: trustChanged,
  ConfigurationChanged: guide('changed', situations.reconfigured),
  ManifestChanged: guide('changed', situations.manifestChanged),
  AnchorHeld: guide('changed', situations.held),
  AnchorCompromised: guide('changed', situations.compromised),
  CompromiseRetracted: guide('changed', situations.retracted),
  ApiRefused: guide('mend', situations.refused),
  'Runtime.ExitError': cutOff,
  'Sandbox.Timedout': cutOff,
  'States.Timeout': cutOff,
  'States.ItemReaderFailed': guide('wait', situations.listUnread),
  'Lambda.*': cutOff,
  'Runtime.HandlerError': guide('stack', situations.unnamed),
  'Runtime.*': guide('stack', situations.functionFailed),
  'States.*': guide('stack', situations.machineFailed),
  Superseded: guide('nothing', situations.superseded),
  Stopped: guide('nothing', situations.stopped),
  Busy: guide('nothing', situations.busy),
} as const satisfies Record<HaltName, Guide>;

/** Every name, in the order of {@link errorGuide}. */
export const haltNames = Object.keys(errorGuide) as readonly HaltName[];

/** Returns the name of the guide for an execution's `Error`; undefined for an unknown one. */
export function haltNameOf(error: string): HaltName | undefined {
  const family = `${error.split('.')[0]}.*`;
  return (
    haltNames.find((one) => one === error) ?? haltNames.find((one) => error.includes('.') && one === family)
  );
}

const RETRIED = {
  unknown: 'for about 45 minutes, in an emergency for seconds and then by the next run',
  propagation: 'for about five minutes by the steps that probe',
  lockout: 'for about five minutes in the overlap, for seconds after a cut',
  deployment: 'for about two minutes, which a deployment may take',
  unfinished: 'a hundred times at once, each of which goes on where the last one stopped',
  never: 'not at all',
} as const;

/** The names that no step throws and that the machine never tries again. */
const NEVER_RETRIED: ReadonlySet<HaltName> = new Set([
  'Blocked',
  'Runtime.HandlerError',
  'Runtime.*',
  'States.*',
]);

/**
 * Returns in words whether, and for how long, the machine has tried again before an execution ends with a
 * name.
 */
export function retriedInWords(name: HaltName): string {
  const ours = errorNames.find((one) => one === name);
  if (ours) return RETRIED[retriedAs(ours)];
  if (NEVER_RETRIED.has(name)) return RETRIED.never;
  if (name === 'Lambda.*') return 'for about two minutes; to confirm, undo, restore or release, for about 45';
  return 'twice or more, within minutes';
}

/** Returns the one line that says what a name asks of a person. */
export const inShort = (name: HaltName): string => kinds[errorGuide[name].kind];
