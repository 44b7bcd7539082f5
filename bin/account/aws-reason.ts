import { isWithoutCredentials, whyNoCredentials } from './credentials.ts';

/** What an AWS service or the network said, with its name; credentials are never a part of it. */
export async function awsReason(error: unknown, service = 'Step Functions'): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  if (isWithoutCredentials(error)) return whyNoCredentials();
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'TimeoutError') return `${service} does not answer in time`;
  if (error.name === 'Error' && code) return `${service} does not answer (${code})`;
  if (/Region (is missing|not accepted)/.test(error.message)) return 'no AWS region: set AWS_REGION';
  // The SDK's own advice to programmers follows an answer that it cannot read.
  const said = error.message.replace(/\s*Deserialization error:[\s\S]*$/, '');
  return `${error.name}: ${said}`;
}
