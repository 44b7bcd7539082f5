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

/** How long a step waits for what may pass by itself: an outage ridden out, or seconds. */
export type Patience = 'minutes' | 'seconds';

/**
 * The errors after which a step is tried again, and how often: the waits are the machine's, since a function would pay for them. Where it is
 * `inTurns`, many of its functions are called at once, and whoever gets no place waits for those that have one.
 */
export function retriesOf(step: Step, patience: Patience, { inTurns = false } = {}): RetryProps[] {
  const { probes, persists, surveys } = needsOf(step);
  const isHurried = patience === 'seconds' || probes === 'cut';
  return [
    ...(persists ? [unreachableMeanwhile] : [inTurns ? unreachableInTurns : unreachable, waking]),
    cutOff,
    ...waits[patience].unknown,
    isHurried ? deployingSoon : deploying,
    ...(surveys ? [unfinished] : []),
    ...(probes ? probing(waits[patience].looks)[probes] : []),
  ];
}

// Lambda itself could not run the step. The waits are Lambda's recommendation, seconds.
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

// A function in a VPC that nobody has called for weeks is inactive: the call that wakes it fails, and so does each until its network
// interface is ready, about a minute later. Two and a half minutes in all, without jitter: no luck may halt the one rotation of a year. The
// attempts are few, since a scope with many shards has them all in its history.
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

// Where clients may be locked out meanwhile, a throttled account is waited out like an outage of the API: about 47 minutes
// on average. It begins with the same seconds, since the sooner a cut is taken back the better.
const unreachableMeanwhile: RetryProps = {
  ...unreachable,
  errors: [...(unreachable.errors ?? []), ...(waking.errors ?? [])],
  maxDelay: Duration.minutes(5),
  maxAttempts: 25,
};

// The shards of a scope may be more than Lambda runs at once: by what is reserved, or by the quota of a new account. Hosts that do not answer keep
// one for a quarter of an hour, and so long the next waits on average. The attempts are no more than those of others: 30 shards have them in one history.
const unreachableInTurns: RetryProps = {
  ...unreachable,
  backoffRate: 3,
  maxDelay: Duration.minutes(10),
};

// The step was cut off. It is safe to run twice, and unlikely to fare better a third time.
const cutOff: RetryProps = {
  errors: ['States.Timeout', 'Sandbox.Timedout', 'Runtime.ExitError', 'Lambda.Unknown'],
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
};

// The API, a host or AWS did not answer, which proves nothing (I9). With full jitter a wait is half its bound on
// average, so 20 attempts take about 44 minutes: an outage of half an hour is ridden out.
const unknown: RetryProps = {
  errors: [...retryableErrors],
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxDelay: Duration.minutes(5),
  maxAttempts: 20,
  jitterStrategy: JitterType.FULL,
};

// A deployment takes roles, functions and their environment from the one to the other, seconds apart, and IAM tells everybody of a policy
// some seconds later. About two minutes in all.
const deploying: RetryProps = {
  errors: [...deploymentErrors],
  interval: Duration.seconds(15),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
};

// The same where a client may be locked out meanwhile, or others wait: less than a minute.
const deployingSoon: RetryProps = {
  ...deploying,
  interval: Duration.seconds(5),
  maxDelay: Duration.seconds(20),
  maxAttempts: 4,
};

// A survey goes on where its last attempt stopped: a hundred attempts of eight minutes are half a day.
const unfinished: RetryProps = {
  errors: [...unfinishedErrors],
  interval: Duration.seconds(1),
  backoffRate: 1,
  maxAttempts: 100,
};

// A probe that fails may be looking at an edge that has not heard of the toggle yet. About five minutes in all.
const propagating: RetryProps = {
  errors: [...propagationErrors],
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 12,
  jitterStrategy: JitterType.FULL,
};

// The same where others wait: less than a minute.
const soonSeen: RetryProps = {
  ...propagating,
  errors: propagationErrors.filter((name) => name !== 'ProbeRefused'),
  interval: Duration.seconds(5),
  maxDelay: Duration.seconds(20),
  maxAttempts: 4,
};

// After a cut a refused client may be a client locked out: two looks, seconds apart, and then the undo (I10).
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

// A child that waits keeps its place from a scope that could be cut meanwhile (I16). What seconds do not mend is tried
// again by the run that follows within minutes.
const unknownForSeconds: RetryProps[] = [
  {
    ...unknown,
    // What a host says that no wait is likely to change is no toggle on its way, and gets no place of its own in a history either.
    errors: [
      ...retryableErrors.filter((name) => !['RateLimited', 'ToggleNotVisible'].includes(name)),
      'ProbeRefused',
    ],
    interval: Duration.seconds(1),
    maxAttempts: 2,
  },
  { ...soonSeen, errors: ['ToggleNotVisible'] },
  // Who is told to slow down is not broken: to be given up for that is to list everything anew.
  { ...unknown, errors: ['RateLimited'] },
];

const waits: Record<Patience, { unknown: RetryProps[]; looks: RetryProps }> = {
  minutes: { unknown: [unknown], looks: propagating },
  seconds: { unknown: unknownForSeconds, looks: soonSeen },
};
