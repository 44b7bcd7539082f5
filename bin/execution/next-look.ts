import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { haltNameOf } from '../../lambdas/domain/error-guide.ts';
import type { ErrorName } from '../../lambdas/domain/errors.ts';
import { organizationOf, stackIn } from '../account/machine.ts';
import type { Paint } from '../terminal/screen.ts';
import { section } from '../terminal/sections.ts';

/**
 * Errors for which `windlass doctor` shows more. It checks secrets, leaves, the admin key, anchors and hosts,
 * and gives the remedy for each finding.
 */
const SEEN_BY_DOCTOR: ReadonlySet<string> = new Set<ErrorName | 'Blocked'>([
  ...(['Blocked', 'AdminKeyRefused', 'SecretMissing', 'SecretInvalid', 'SecretUnavailable'] as const),
  ...(['AwsRefused', 'AnchorInvalid', 'AnchorWithoutExpiry', 'ProbeInconclusive', 'NotEnforced'] as const),
  ...([
    'SuccessorRefused',
    'TrustWidened',
    'ProbeRefused',
    'WitnessUnjudged',
    'KeyOfAnotherProject',
  ] as const),
]);

/** Names the commands that show more about how an execution ended. Empty when no command does. */
export function nextLook(ended: DescribeExecutionOutput, isBlocked: boolean, paint: Paint): string {
  const { status, error = '', executionArn = '' } = ended;
  const name = status === 'SUCCEEDED' || error === 'Blocked' ? undefined : haltNameOf(error);
  const organization = organizationIn(executionArn);
  const lines = [
    ...(name ? [`windlass explain ${error} says what it leaves behind, and what to do`] : []),
    ...(isBlocked || SEEN_BY_DOCTOR.has(error)
      ? [`windlass doctor ${organization} looks at every secret, leaf and host, each finding with its remedy`]
      : []),
  ];
  return section('Look next', lines.map((line) => `  ${line}`).join('\n'), paint);
}

/** The organization of an execution. Returns a placeholder when the ARN does not tell it. */
export function organizationIn(executionArn: string): string {
  const machine = stackIn(executionArn)?.machine;
  return (machine && organizationOf(machine)) ?? 'ORGANIZATION';
}
