import * as z from 'zod';
import { ID_PATTERN } from '../lambdas/domain/anchor.ts';
import { inPlainWords, isPrintable, valueError, withinRoom } from '../lambdas/domain/bad-fields.ts';
import { clientSchema } from '../lambdas/domain/client.ts';
import { didYouMean } from '../lambdas/domain/closest.ts';
import { WindlassError } from '../lambdas/domain/errors.ts';
import { policySchema } from '../lambdas/domain/policy.ts';
import { isSameSecret, nameOfSecret, says, secretSchema } from '../lambdas/domain/secret-name.ts';
import { mayCarryKey } from './checks/loopback.ts';
import { misplaced, REGION } from './checks/regions.ts';
import { outOfReach, reachesAnother } from './checks/secrets-reach.ts';

const PATH = /^\/[\w.~%/?=&:,-]*$/;
// Secrets Manager's own labels move with the current version, so nothing can wait there.
const STAGED_LABEL = /^(?!(?:AWSCURRENT|AWSPREVIOUS)$)[\w/+=.@-]{1,256}$/;
const KEY_ARN = /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

// What a secret's name may begin with, up to a mark that ends a word: "acme" would be the beginning of "acme-of-others" too.
const PREFIX = /^[\w/+=.@-]{1,255}[/._-]$/;
// What Secrets Manager takes, and no variable of IAM's.
const TAG = /^(?!aws:)[\w+=.@:/ -]+$/;

/** An id of EC2's, as it makes them. */
const idOf = (prefix: 'subnet' | 'sg', what: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), {
    error: says(`the id of ${what}, such as "${prefix}-0a1b2c3d4e5f67890"`),
  });

/** EC2 takes so many of them at the most. */
function listOf(id: ReturnType<typeof idOf>, most: number) {
  const error = { error: says(`a list of 1 to ${most} ids`) };
  return z.array(id).min(1, error).max(most, error);
}

const HTTPS = says('an https URL such as "https://api.openai.com/v1"');
const RUNBOOK = says('a URL of at most 500 characters such as "https://wiki.example.com/windlass"');
const withoutSlash = (url: string) => url.replace(/\/+$/, '');

const hostSchema = z.url({ protocol: /^https$/, error: HTTPS }).transform(withoutSlash);

/** The exchange has one route, which is added to it. */
const authHostSchema = hostSchema.refine((url) => !URL.canParse(url) || new URL(url).pathname === '/', {
  error: says('an https URL without a path, such as "https://mtls.auth.openai.com"'),
});

const baseUrlSchema = z
  .url({ protocol: /^https?$/, error: HTTPS })
  .refine(mayCarryKey, { error: HTTPS })
  .transform(withoutSlash);

/** A name is told in states and reports, thousands of them, and to people at a terminal. */
const namesSuch = (what: string) =>
  z.string().refine((text) => text !== '' && text.length <= 128 && isPrintable(text), {
    error: says(`${what} of 1 to 128 characters, none of them a control character`),
  });

const configuredClient = clientSchema.extend({
  name: namesSuch('a name'),
  project: z.string().regex(ID_PATTERN, { error: says('the id of a project, such as "proj_abc"') }),
  secret: secretSchema,
  authority: namesSuch('an authority').optional(),
});

const organizationSchema = z
  .strictObject({
    /** The admin credential's secret, a name or a full ARN. */
    adminSecret: secretSchema,
    /** Where its stack is; where the deployment's credentials point unless told. */
    region: z
      .string()
      .regex(REGION, { error: says('an AWS region such as "eu-west-1"') })
      .optional(),
    /** Where management calls go (F10). */
    baseUrl: baseUrlSchema.default('https://api.openai.com/v1'),
    /** Where client traffic goes; a proof needs every one of them to accept (F10). */
    mtlsHosts: z
      .array(hostSchema)
      .min(1, { error: says('a list of at least one https URL such as ["https://mtls.api.openai.com/v1"]') })
      .default(['https://mtls.api.openai.com/v1']),
    /** Where the leaves of keyless clients are exchanged for tokens (F17). */
    authHost: authHostSchema.default('https://mtls.auth.openai.com'),
    /** The route of a probe's call; its answer to a client's key has to be a 2xx. */
    probePath: z
      .string()
      .regex(PATH, { error: says('a path that begins with "/", such as "/models"') })
      .default('/models'),
    clients: z.array(configuredClient),
    /** Witnesses: leaves that a successor's filter has to refuse (F16). */
    mustRefuse: z.array(configuredClient).default([]),
    policy: policySchema.prefault({}),
    /** The customer managed key of the secrets, when they have one. */
    secretsKey: z
      .string()
      .regex(KEY_ARN, { error: says('the ARN of a KMS key') })
      .optional(),
    /** What the names of client secrets begin with: the policies name it in the place of each of them. */
    secretsPrefix: z
      .string()
      .regex(PREFIX, {
        error: says('the beginning of names of secrets up to "/", "-", "_" or ".", such as "acme/clients/"'),
      })
      .optional(),
    /** A tag that client secrets have, and no others of the account: the policies ask for it in the place of each name. */
    secretsTag: z
      .strictObject({
        key: z
          .string()
          .max(128)
          .regex(TAG, { error: says('the key of a tag, such as "windlass"') }),
        value: z
          .string()
          .max(256)
          .regex(TAG, { error: says('the value of a tag, such as "acme"') }),
      })
      .optional(),
    /** Where the functions that call the vendor are, when its side allows only known addresses: the subnets need a NAT gateway. */
    vpc: z
      .strictObject({
        subnetIds: listOf(idOf('subnet', 'a subnet'), 16),
        securityGroupIds: listOf(idOf('sg', 'a security group'), 5),
      })
      .optional(),
    /** How many executions of each function the account keeps free for it (Lambda's reserved concurrency). */
    reservedConcurrency: z
      .int({ error: says('a whole number of executions') })
      .min(1, { error: says('a whole number of executions from 1') })
      .optional(),
    /** The version stage at which the next leaves wait. */
    stagedLabel: z
      .string()
      .regex(STAGED_LABEL, { error: says('a stage label other than AWSCURRENT and AWSPREVIOUS') })
      .default('AWSPENDING'),
    /** What every alarm's description points to; a description holds 1,024 characters. */
    runbook: z
      .url({ protocol: /^https?$/, error: RUNBOOK })
      .max(500, { error: RUNBOOK })
      .optional(),
    /** Who is mailed when an alarm rings. */
    alarmEmail: z.email({ error: says('an email address') }).optional(),
  })
  .superRefine((organization, context) => {
    const { adminSecret, clients, mustRefuse, policy, reservedConcurrency } = organization;
    for (const issue of [...misplaced(organization), ...outOfReach(organization)])
      context.addIssue({ code: 'custom', ...issue });
    // Fewer than the scopes that are handled at once would be a throttle of our own making.
    if (reservedConcurrency !== undefined && reservedConcurrency < policy.concurrency)
      context.addIssue({
        code: 'custom',
        path: ['reservedConcurrency'],
        message: `${reservedConcurrency} is less than policy.concurrency, ${policy.concurrency}: scopes that are handled at once would be throttled`,
      });
    // A witness is nobody's client: its name tells it in every report, and Promote must not move it.
    const all = [
      ...clients.map((one, at) => ({ ...one, list: 'clients', at })),
      ...mustRefuse.map((one, at) => ({ ...one, list: 'mustRefuse', at })),
    ];
    all.forEach(({ name, secret, list, at }, i) => {
      const refuse = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: [list, at, key], message });
      const before = all.slice(0, i);
      if (before.some((c) => c.name === name)) refuse('name', `"${name}" is the name of another client`);
      if (before.some((c) => nameOfSecret(c.secret) === nameOfSecret(secret)))
        refuse('secret', `"${secret}" is another client's secret`);
      // Promote may move the version stages of client secrets: the admin credential must not be one of them.
      if (nameOfSecret(secret) === nameOfSecret(adminSecret))
        refuse('secret', `"${secret}" is the admin secret`);
    });
  });

const nameSchema = z.string().regex(/^[a-z0-9-]{1,32}$/, {
  error: says('a name of 1 to 32 characters from a-z, 0-9 and "-"'),
});

const configurationSchema = z.strictObject({
  organizations: z
    .record(nameSchema, organizationSchema)
    .refine((named) => Object.keys(named).length > 0, {
      error: 'names no organization: at least one is needed',
    })
    .superRefine((named, context) => {
      for (const issue of reachesAnother(named)) context.addIssue({ code: 'custom', ...issue });
      const entries = Object.entries(named);
      entries.forEach(([name, { adminSecret }], at) => {
        const twin = entries.slice(0, at).find(([, other]) => isSameSecret(other.adminSecret, adminSecret));
        // Each entry has a lease of its own: two would change one organization's trust at once (I12).
        if (twin)
          context.addIssue({
            code: 'custom',
            path: [name, 'adminSecret'],
            message: `"${adminSecret}" is the admin secret of organizations.${twin[0]} too, so ${twin[0]} and ${name} are one organization: make one entry of them, with the clients of both`,
          });
      });
    }),
});

/** One organization's settings, defaults filled in. */
export type Organization = z.infer<typeof organizationSchema>;

/** The `windlass` entry of `cdk.json`'s context: every organization by its name. */
export type Configuration = z.infer<typeof configurationSchema>;

/** Reads the `windlass` context; throws `InvalidConfiguration` with one line for every field that is wrong. */
export function parseConfiguration(context: unknown): Configuration {
  const parsed = configurationSchema.safeParse(context, { error: valueError });
  if (parsed.success) return parsed.data;
  throw new WindlassError('InvalidConfiguration', parsed.error.issues.flatMap(linesOf).join('\n'));
}

function linesOf(issue: z.core.$ZodIssue): string[] {
  const path = ['windlass', ...issue.path].join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) => `${path}.${withinRoom(key)}: is not a setting${didYouMean(key, SETTINGS)}`,
    );
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${path}: ${message}`);
  return [`${path}: ${inPlainWords(issue.message)}`];
}

/** Every key that a configuration may have, wherever. */
const SETTINGS = [
  ...['organizations', ...Object.keys(organizationSchema.shape)],
  ...[...Object.keys(policySchema.shape), ...Object.keys(clientSchema.shape)],
];
