/** What is to be said where no region is known: a profile that nobody has written down has none either. */
export function noRegion(): string {
  const profile = process.env.AWS_PROFILE;
  return profile
    ? `no AWS region: profile ${profile} is not there, or has none; set AWS_REGION`
    : 'no AWS region: set AWS_REGION';
}
