import * as z from 'zod';
import { ID_PATTERN, ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { isPrintable } from '../../lambdas/domain/bad-fields.ts';
import { clientSchema } from '../../lambdas/domain/client.ts';
import { says, secretSchema } from '../../lambdas/domain/secret-name.ts';
import { REGION } from './regions.ts';
import { isPlainUrl, isWithoutCredentials, mayCarryKey, mayHoldSecret } from './urls.ts';

/** The error for a URL that is not of the expected form. It does not show a URL that may hold a secret. */
const saysUrl = (what: string) => (issue: { input?: unknown }) =>
  mayHoldSecret(String(issue.input))
    ? `is not ${what}: it has a user, a password, a query or a fragment, which may be secret, so it is not shown here`
    : says(what)(issue);

const HTTPS = { error: saysUrl('an https URL such as "https://api.openai.com/v1"'), abort: true };
const withoutSlash = (url: string) => url.replace(/\/+$/, '');

const plainUrl = (protocol: RegExp) => z.url({ protocol, ...HTTPS }).refine(isPlainUrl, HTTPS);

/** The hosts that clients call unless the configuration names others (F10). */
export const DEFAULT_HOSTS: readonly string[] = ['https://mtls.api.openai.com/v1'];

/** Whether no text occurs twice. */
export const isDistinct = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;

/** A host of the vendor. */
export const hostField = plainUrl(/^https$/).transform(withoutSlash);

/** The token host. The exchange's only route is added to it. */
export const authHostField = hostField.refine((url) => new URL(url).pathname === '/', {
  error: says('an https URL without a path, such as "https://mtls.auth.openai.com"'),
});

/** A URL that the admin key may be sent to. */
export const baseUrlField = plainUrl(/^https?$/)
  .refine(mayCarryKey, HTTPS)
  .transform(withoutSlash);

/** A path below a host. */
export const pathField = z
  .string()
  .regex(/^\/[\w.~%/?=&:,-]*$/, { error: says('a path that begins with "/", such as "/models"') });

/** A name that appears in states and reports, thousands of times, and on terminals. */
const namesSuch = (what: string) =>
  z.string().refine((text) => text !== '' && text.length <= 128 && isPrintable(text) && !HIDDEN.test(text), {
    error: says(`${what} of 1 to 128 characters, none of them a control character or invisible`),
  });

/** Characters that nobody sees. Two names that look the same would be two clients. */
const HIDDEN = /\p{Default_Ignorable_Code_Point}/u;

/** A client or a witness, as a person configures it. */
export const clientField = clientSchema.extend({
  name: namesSuch('a name'),
  project: z.string().refine((id) => ID_PATTERN.test(id) && id !== ORGANIZATION, {
    error: says('the id of a project, such as "proj_abc"'),
  }),
  secret: secretSchema,
  authority: namesSuch('an authority').optional(),
  hosts: z
    .array(hostField)
    .min(1, { error: says('a list of at least one of mtlsHosts') })
    .refine(isDistinct, { error: says('a list of different hosts: each is probed once') })
    .optional(),
});

export const regionField = z.string().regex(REGION, { error: says('an AWS region such as "eu-west-1"') });

export const keyArnField = z
  .string()
  .regex(/^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, { error: says('the ARN of a KMS key') });

/**
 * The common beginning of secrets' names, up to a character that ends a word: "acme" would also be the
 * beginning of "acme-of-others".
 */
export const prefixField = z.string().regex(/^[\w/+=.@-]{1,255}[/._-]$/, {
  error: says('the beginning of names of secrets up to "/", "-", "_" or ".", such as "acme/clients/"'),
});

/** What Secrets Manager accepts, without a variable of IAM. */
const TAG = /^(?!aws:)[\w+=.@:/ -]+$/;

export const tagField = z.strictObject({
  key: z
    .string()
    .max(128)
    .regex(TAG, { error: says('the key of a tag, such as "windlass"') }),
  value: z
    .string()
    .max(256)
    .regex(TAG, { error: says('the value of a tag, such as "acme"') }),
});

/** An id in the form that EC2 gives it. */
const idOf = (prefix: 'subnet' | 'sg', what: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), {
    error: says(`the id of ${what}, such as "${prefix}-0a1b2c3d4e5f67890"`),
  });

/** A list of at most as many ids as EC2 takes. */
function listOf(id: ReturnType<typeof idOf>, most: number) {
  const error = { error: says(`a list of 1 to ${most} ids`) };
  return z.array(id).min(1, error).max(most, error);
}

export const vpcField = z.strictObject({
  subnetIds: listOf(idOf('subnet', 'a subnet'), 16),
  securityGroupIds: listOf(idOf('sg', 'a security group'), 5),
});

/**
 * The label of staged versions. Secrets Manager's own labels move with the current version, so nothing can
 * wait under them.
 */
export const stagedLabelField = z.string().regex(/^(?!(?:AWSCURRENT|AWSPREVIOUS)$)[\w/+=.@-]{1,256}$/, {
  error: says('a stage label other than AWSCURRENT and AWSPREVIOUS'),
});

const RUNBOOK = {
  error: saysUrl('a URL of at most 500 characters such as "https://wiki.example.com/windlass"'),
};

/** The URL of a runbook, which every alarm shows. A page of a wiki may have a query and a fragment. */
export const runbookField = z
  .url({ protocol: /^https?$/, ...RUNBOOK })
  .max(500, RUNBOOK)
  .refine(isWithoutCredentials, RUNBOOK);
