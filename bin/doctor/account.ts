import { SFNClient } from '@aws-sdk/client-sfn';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { awsReason } from '../account/aws-reason.ts';
import type { Machine } from '../account/machine.ts';
import { settingsIn } from '../account/region.ts';
import { stackOf } from '../account/stack-of.ts';
import { type Finding, failed, ok, unchecked } from './finding.ts';

/**
 * Checks whether AWS can be called, in the stack's region when that is known. `isReady` is false when no call
 * could be signed.
 */
export async function examineCredentials(where?: string): Promise<{ isReady: boolean; findings: Finding[] }> {
  const { config } = new SFNClient(settingsIn(where));
  const credentials = { check: 'credentials' as const, subject: 'AWS' };
  const region = { check: 'region' as const, subject: 'AWS' };
  const findings = await Promise.all([
    config.credentials().then(
      ({ expiration }) =>
        ok(
          credentials,
          expiration ? `found, until ${expiration.toISOString()}` : 'found, and they do not expire',
        ),
      async (error) =>
        failed(credentials, await awsReason(error), 'Log in, or set AWS_PROFILE to a profile that works.'),
    ),
    config.region().then(
      (name) => ok(region, name),
      async (error) => failed(region, await awsReason(error), 'Set AWS_REGION to the region of the stack.'),
    ),
  ]);
  return { isReady: findings.every(({ severity }) => severity === 'ok'), findings };
}

/**
 * Finds the machine of an organization's stack, in its region when that is known. Null, with the reason, when
 * there is none or the stacks could not be listed.
 */
export async function findMachine(
  name: string,
  where?: string,
): Promise<{ machine: Machine | null; findings: Finding[] }> {
  const about = { check: 'stack' as const, subject: `windlass-${name}` };
  try {
    const { machine } = await stackOf(name, undefined, where);
    return { machine, findings: [ok(about, machine.arn)] };
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    const remedy = error.cause
      ? 'Use credentials that may states:ListStateMachines, and look again.'
      : 'Deploy it with npm run deploy, or set AWS_REGION to where it is.';
    return { machine: null, findings: [unchecked(about, error.message, remedy)] };
  }
}
