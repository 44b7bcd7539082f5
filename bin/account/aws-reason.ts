import { isWithoutCredentials, whyNoCredentials } from './credentials.ts';
import { noRegion } from './region.ts';

/** What an AWS service or the network said, with its name; credentials are never a part of it. */
export async function awsReason(error: unknown, service = 'Step Functions'): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  if (isWithoutCredentials(error)) return whyNoCredentials();
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'TimeoutError') return `${service} does not answer in time`;
  if (error.name === 'Error' && code) return `${service} does not answer (${code})`;
  const [isAboutRegion, region] =
    /Region (?:is missing|not accepted: region="(.*?)")/.exec(error.message) ?? [];
  if (isAboutRegion && !region?.trim()) return noRegion();
  if (isAboutRegion) return `"${region}" is not an AWS region: set AWS_REGION to one such as eu-west-1`;
  if (error.name === 'ExecutionDoesNotExist') return noSuchExecution(error.message);
  // The SDK's own advice to programmers follows an answer that it cannot read.
  const said = error.message.replace(/\s*Deserialization error:[\s\S]*$/, '');
  return `${error.name}: ${said}`;
}

/** Step Functions quotes the ARN, and keeps an execution for 90 days after its end. */
const noSuchExecution = (said: string): string =>
  `Step Functions has no execution ${/'(.*)'/.exec(said)?.[1] ?? 'of this ARN'}: look at its name, or leave it out for the one that runs`;
