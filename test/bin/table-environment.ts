/** Returns the environment of a command that reads its table at an endpoint on this machine. */
export const tableEnvironment = (url: string, secret = 'secret'): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKID',
  AWS_SECRET_ACCESS_KEY: secret,
});
