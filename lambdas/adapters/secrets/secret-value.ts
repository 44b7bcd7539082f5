import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { badFields } from '../../domain/bad-fields.ts';
import { WindlassError } from '../../domain/errors.ts';
import { awsClientSettings, awsRefusal, inOneLine } from '../aws/aws.ts';
import { loaded } from '../aws/loaded.ts';

const sdk = loaded(() => import('@aws-sdk/client-secrets-manager'));

/**
 * Returns a function that connects to Secrets Manager once, at first use. `settings` are the SDK client's.
 */
export const secretsManagerClient = (
  settings: Record<string, unknown> = awsClientSettings,
): (() => Promise<SecretsManager>) => {
  let client: Promise<SecretsManager> | undefined;
  return () => {
    client ??= sdk().then(({ SecretsManager }) => new SecretsManager(settings));
    return client;
  };
};

/**
 * An API key has to fit into an HTTP header. So a stray line break is reported as a wrong field, not as a
 * failed call.
 */
export const apiKeySchema = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

/**
 * Returns the secret's value at a stage, parsed by its schema, and when the version was created in Unix
 * seconds; null when no version is at that stage. Throws `SecretMissing`, `SecretUnavailable`, `AwsRefused`,
 * `InvalidConfiguration`, or `SecretInvalid`. The last names secret, stage and field, never a value.
 */
export async function readSecret<T>(
  client: SecretsManager,
  secret: string,
  stage: string,
  schema: z.ZodType<T>,
): Promise<{ value: T; versionId: string; createdAt?: number } | null> {
  const answer = await client.getSecretValue({ SecretId: secret, VersionStage: stage }).catch((error) => {
    if (lacksStage(error)) return null;
    throw secretError(error, secret, OF_THIS_SECRET);
  });
  if (answer === null) return null;
  const { SecretString, SecretBinary, VersionId, CreatedDate } = readAnswer(valueSchema, answer, secret);
  const invalid = (why: string) => new WindlassError('SecretInvalid', `secret ${secret} at ${stage}: ${why}`);
  if (SecretString === undefined && SecretBinary !== undefined)
    throw invalid('the value is binary (SecretBinary), and has to be JSON text (SecretString)');
  const parsed = schema.safeParse(parseJson(SecretString ?? '', invalid));
  if (!parsed.success) throw invalid(badFields(parsed.error, 'the value'));
  if (!VersionId) throw new WindlassError('SecretUnavailable', `secret ${secret} at ${stage}: no version id`);
  const createdAt = CreatedDate && CreatedDate.getTime() / 1000;
  return { value: parsed.data, versionId: VersionId, ...(createdAt !== undefined && { createdAt }) };
}

/**
 * Returns an answer parsed by its schema, because the SDK does not check what it gets. Throws
 * `SecretUnavailable` with the field's name.
 */
export function readAnswer<T>(schema: z.ZodType<T>, answer: unknown, secret: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new WindlassError('SecretUnavailable', `secret ${secret}: ${badFields(parsed.error, 'the answer')}`);
}

type Meaning = 'SecretMissing' | 'InvalidConfiguration' | 'AwsRefused' | 'LeafChanged';

/**
 * Returns what Secrets Manager refused as one of our errors. `more` says what other refusals mean of the
 * secret itself.
 */
export function secretError(
  error: unknown,
  secret: string,
  more: Partial<Record<string, Meaning>> = {},
): WindlassError {
  const { name, message } = awsRefusal(error);
  const isGoing = message.includes('marked for deletion');
  const isElsewhere = message.includes('replica secret');
  const found =
    meanings[name] ?? (isGoing ? 'SecretMissing' : isElsewhere ? 'InvalidConfiguration' : more[name]);
  return new WindlassError(found ?? 'SecretUnavailable', `secret ${secret}: ${inOneLine({ name, message })}`);
}

const valueSchema = z.object({
  SecretString: z.string().optional(),
  SecretBinary: z.unknown().optional(),
  VersionId: z.string().optional(),
  CreatedDate: z.date().optional().catch(undefined),
});

/**
 * Refusals to read that concern this one secret and are no outage: other clients do not wait for it (I17).
 */
const OF_THIS_SECRET = {
  InvalidParameterException: 'InvalidConfiguration',
  InvalidRequestException: 'InvalidConfiguration',
} as const;

const meanings: Partial<Record<string, Meaning>> = {
  ResourceNotFoundException: 'SecretMissing',
  // No outage: the function's role or the secret's key policy is wrong, or is just being deployed.
  AccessDeniedException: 'AwsRefused',
  // No outage either: the key or the configured name is wrong.
  DecryptionFailure: 'InvalidConfiguration',
  KMSInvalidStateException: 'InvalidConfiguration',
  ValidationException: 'InvalidConfiguration',
};

/**
 * Whether only the stage is missing. A missing secret and a missing stage are both
 * `ResourceNotFoundException`, and only the message tells them apart.
 */
const lacksStage = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'ResourceNotFoundException' &&
  error.message.includes('staging label');

function parseJson(text: string, invalid: (why: string) => WindlassError): unknown {
  try {
    // If a field is there twice, the last one counts, as in the workload's own parser.
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text (I14).
    throw invalid('not JSON text');
  }
}
