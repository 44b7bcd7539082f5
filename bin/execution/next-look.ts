import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { haltNameOf } from '../../lambdas/domain/error-guide.ts';
import type { ErrorName } from '../../lambdas/domain/errors.ts';
import { organizationOf, stackIn } from '../account/machine.ts';
import type { Paint } from '../terminal/screen.ts';
import { section } from '../terminal/sections.ts';

/** What a doctor sees as well, and tells with its remedy: secrets, leaves, the key, anchors, and the hosts as each client sees them. */
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

/** Which command shows more of what an execution ended with; empty where there is nothing to look at. */
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

/** The organization of an execution, or the word for one where its ARN does not say. */
export function organizationIn(executionArn: string): string {
  const machine = stackIn(executionArn)?.machine;
  return (machine && organizationOf(machine)) ?? 'ORGANIZATION';
}
