import { awsClientSettings } from '../../lambdas/adapters/aws/aws.ts';

/** The settings of an AWS client in a region; in the one of the usual AWS settings where none is said. */
export const settingsIn = (region: string | undefined) => ({
  ...awsClientSettings,
  ...(region && { region }),
});

/** What is to be said where no region is known: a profile that nobody has written down has none either. */
export function noRegion(): string {
  const profile = process.env.AWS_PROFILE;
  return profile
    ? `no AWS region: profile ${profile} is not there, or has none; set AWS_REGION`
    : 'no AWS region: set AWS_REGION';
}
