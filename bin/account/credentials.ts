import { fromIni } from '@aws-sdk/credential-provider-ini';
import { scrub } from '../../lambdas/adapters/scrub.ts';

const NOWHERE =
  'no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; aws sts get-caller-identity says who you are';

/** True of an error by which the SDK says that it found no credentials. */
export const isWithoutCredentials = (error: unknown): boolean =>
  error instanceof Error && error.name === 'CredentialsProviderError';

/**
 * Why there are no credentials, in one line (I14). The SDK goes through every source and tells only of the last; what is
 * wrong with the profile, its SSO session or its `credential_process` it says when the profile alone is asked.
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
