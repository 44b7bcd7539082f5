import { inOneLine } from '../../lambdas/adapters/aws/aws.ts';
import { shown } from '../../lambdas/domain/bad-fields.ts';
import { isWithoutCredentials, whyNoCredentials } from './credentials.ts';
import { wrongRegion } from './region.ts';

/** What an AWS service or the network said, with its name. Never contains credentials. */
export async function awsReason(error: unknown, service = 'Step Functions'): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  if (isWithoutCredentials(error)) return whyNoCredentials();
  const endpoint = wrongEndpoint(error.message);
  if (endpoint) return endpoint;
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'TimeoutError') return `${service} does not answer in time`;
  if (error.name === 'Error' && code) return `${service} does not answer (${code})`;
  const region = wrongRegion(error.message);
  if (region) return region;
  // The SDK appends advice for programmers to an answer that it cannot read.
  const said = error.message.replace(/\s*Deserialization error:[\s\S]*$/, '');
  return inOneLine({ name: error.name, message: said });
}

/**
 * Explains an invalid endpoint in the AWS settings; null when the error is about something else. The SDK's
 * own message tells neither the value nor where it comes from.
 */
export function wrongEndpoint(said: string): string | null {
  if (!/Invalid URL/.test(said)) return null;
  const [found] = Object.entries(process.env).filter(
    ([name, value]) => name.startsWith('AWS_ENDPOINT_URL') && value && !URL.canParse(value),
  );
  const what = found
    ? `${found[0]} is ${shown(found[1])}, which is no URL`
    : 'an endpoint_url of your AWS settings is no URL';
  return `${what}: give it one such as http://localhost:4566, or leave it out for AWS itself`;
}
