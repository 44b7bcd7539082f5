/** How every AWS client is built: three attempts of a few seconds each, since the workflow owns the longer waits. */
export const awsClientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** What AWS said, or the socket did: the error's name and message, which hold no secret value. */
export function awsRefusal(error: unknown): { name: string; message: string } {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return { name, message };
}
