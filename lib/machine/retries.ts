import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import {
  deploymentErrors,
  lockoutErrors,
  propagationErrors,
  retryableErrors,
  unfinishedErrors,
} from '../../lambdas/domain/errors.ts';
import { needsOf, type Step, type StepNeeds } from '../steps.ts';

/** How long a step waits for what may pass by itself: minutes, enough for an outage, or seconds. */
export type Patience = 'minutes' | 'seconds';

/**
 * The errors after which a step is retried, and how often. The machine does the waiting, since a function
 * would cost money meanwhile. `inTurns` means that many functions of the step are called at once, and those
 * without a place wait for the others.
 */
export function retriesOf(step: Step, patience: Patience, { inTurns = false } = {}): RetryProps[] {
  const { probes, persists, surveys, takesBack } = needsOf(step);
  const isHurried = patience === 'seconds' || probes === 'cut';
  return [
    ...(persists ? [unreachableMeanwhile] : [inTurns ? unreachableInTurns : unreachable, waking]),
    cutOff,
    ...waits[patience].unknown,
    ...(takesBack ? [refusedMeanwhile] : []),
    isHurried ? deployingSoon : deploying,
    ...(surveys ? [unfinished] : []),
    ...(probes ? probing(waits[patience].looks)[probes] : []),
  ];
}

// Lambda itself could not run the step. The intervals are Lambda's recommendation, in seconds.
const unreachable: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 8,
  jitterStrategy: JitterType.FULL,
};

// A function in a VPC becomes inactive after weeks without a call. The call that wakes it fails, and so does
// every call until its network interface is ready, about a minute later. These retries take two and a half
// minutes in all, without jitter, so that chance halts no yearly rotation. The attempts are few, because a
// scope with many shards has all of them in its history.
const waking: RetryProps = {
  errors: [
    'Lambda.ResourceNotReadyException',
    'Lambda.ResourceConflictException',
    'Lambda.ENINotReadyException',
    'Lambda.ENILimitReachedException',
    'Lambda.SubnetIPAddressLimitReachedException',
    'Lambda.EC2ThrottledException',
    'Lambda.EC2UnexpectedException',
  ],
  interval: Duration.seconds(40),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 3,
};

// While clients may be locked out, a throttled account is waited for like an outage of the API: about 47
// minutes on average. The first waits are as short as the others', since a cut should be taken back as soon
// as possible.
const unreachableMeanwhile: RetryProps = {
  ...unreachable,
  errors: [...(unreachable.errors ?? []), ...(waking.errors ?? [])],
  maxDelay: Duration.minutes(5),
  maxAttempts: 25,
};

// A scope may have more shards than Lambda runs at once, because of reserved concurrency or the quota of a
// new account. Hosts that do not answer keep one shard busy for a quarter of an hour, and the next one waits
// as long on average. The number of attempts is not raised, since 30 shards have them in one history.
const unreachableInTurns: RetryProps = {
  ...unreachable,
  backoffRate: 3,
  maxDelay: Duration.minutes(10),
};

// The step was cut off. It is safe to run twice, and a third attempt would hardly end better.
const cutOff: RetryProps = {
  errors: ['States.Timeout', 'Sandbox.Timedout', 'Runtime.ExitError', 'Lambda.Unknown'],
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
};

// The API, a host or AWS did not answer, which proves nothing (I9). With full jitter a wait is half of its
// bound on average, so 20 attempts take about 44 minutes. That covers an outage of half an hour.
const unknown: RetryProps = {
  errors: [...retryableErrors],
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxDelay: Duration.minutes(5),
  maxAttempts: 20,
  jitterStrategy: JitterType.FULL,
};

// An undo that is refused leaves clients outside. A key that is being replaced, or a gateway in between that
// answers once in the API's place, passes by itself: a minute and a half in all (I10).
const refusedMeanwhile: RetryProps = {
  errors: ['AdminKeyRefused', 'ApiRefused'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 5,
  jitterStrategy: JitterType.FULL,
};

// A deployment replaces roles, functions and their environment one after the other, within seconds, and a
// changed IAM policy takes some seconds to be known everywhere. About two minutes in all.
const deploying: RetryProps = {
  errors: [...deploymentErrors],
  interval: Duration.seconds(15),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
};

// The same when a client may be locked out meanwhile, or others wait: less than a minute.
const deployingSoon: RetryProps = {
  ...deploying,
  interval: Duration.seconds(5),
  maxDelay: Duration.seconds(20),
  maxAttempts: 4,
};

// A survey continues where its last attempt stopped. A hundred attempts of eight minutes are half a day.
const unfinished: RetryProps = {
  errors: [...unfinishedErrors],
  interval: Duration.seconds(1),
  backoffRate: 1,
  maxAttempts: 100,
};

// A failing probe may have reached an edge that does not know of the toggle yet. About five minutes in all.
const propagating: RetryProps = {
  errors: [...propagationErrors],
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 12,
  jitterStrategy: JitterType.FULL,
};

// The same when others wait: less than a minute.
const soonSeen: RetryProps = {
  ...propagating,
  errors: propagationErrors.filter((name) => name !== 'ProbeRefused'),
  interval: Duration.seconds(5),
  maxDelay: Duration.seconds(20),
  maxAttempts: 4,
};

// After a cut, a refused client may be locked out: two more looks, seconds apart, and then the undo (I10).
const lockedOut: RetryProps = {
  errors: [...lockoutErrors],
  interval: Duration.seconds(5),
  backoffRate: 1,
  maxAttempts: 2,
};

const probing = ({
  errors = [],
  ...looks
}: RetryProps): Record<NonNullable<StepNeeds['probes']>, RetryProps[]> => ({
  overlap: [{ ...looks, errors }],
  cut: [lockedOut, { ...looks, errors: errors.filter((name) => !lockoutErrors.some((one) => one === name)) }],
});

// A child that waits keeps its place from a scope that could be cut meanwhile (I16). What does not pass
// within seconds is tried again by the run that follows within minutes.
const unknownForSeconds: RetryProps[] = [
  {
    ...unknown,
    // `ProbeRefused` is an answer that no wait is likely to change, and not a toggle on its way. It also gets
    // no retrier of its own, which would add to the history.
    errors: [
      ...retryableErrors.filter((name) => !['RateLimited', 'ToggleNotVisible'].includes(name)),
      'ProbeRefused',
    ],
    interval: Duration.seconds(1),
    maxAttempts: 2,
  },
  { ...soonSeen, errors: ['ToggleNotVisible'] },
  // A 429 is no failure: giving up for it would mean listing everything anew.
  { ...unknown, errors: ['RateLimited'] },
];

const waits: Record<Patience, { unknown: RetryProps[]; looks: RetryProps }> = {
  minutes: { unknown: [unknown], looks: propagating },
  seconds: { unknown: unknownForSeconds, looks: soonSeen },
};
