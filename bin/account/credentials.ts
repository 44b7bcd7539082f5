import { fromIni } from '@aws-sdk/credential-provider-ini';
import { scrub } from '../../lambdas/adapters/scrub.ts';

const NOWHERE =
  'no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; aws sts get-caller-identity says who you are';

/** Whether the SDK reports that it found no credentials. */
export const isWithoutCredentials = (error: unknown): boolean =>
  error instanceof Error && error.name === 'CredentialsProviderError';

/**
 * Explains in one line why there are no credentials (I14). The SDK tries every source and reports only the
 * last. Asking the profile alone tells what is wrong with it, its SSO session or its `credential_process`.
 */
export async function whyNoCredentials(): Promise<string> {
  try {
    await fromIni()();
    return NOWHERE;
  } catch (error) {
    const reason = scrub(error instanceof Error ? error.message : String(error));
    const hasNoProfile = !process.env.AWS_PROFILE && /using profile: \[default\]/.test(reason);
    return hasNoProfile ? NOWHERE : `no AWS credentials from ${profileName()}: ${reason}`;
  }
}

const profileName = (): string => `profile ${process.env.AWS_PROFILE || 'default'}`;
