import * as z from 'zod';
import { distinct, fieldsOf, valueError, withinRoom } from '../lambdas/domain/bad-fields.ts';
import { WindlassError } from '../lambdas/domain/errors.ts';
import { policySchema } from '../lambdas/domain/policy.ts';
import { isSameSecret, says, secretSchema } from '../lambdas/domain/secret-name.ts';
import {
  authHostField,
  baseUrlField,
  clientField,
  DEFAULT_HOSTS,
  hostField,
  isDistinct,
  keyArnField,
  pathField,
  prefixField,
  regionField,
  runbookField,
  stagedLabelField,
  tagField,
  vpcField,
} from './checks/fields.ts';
import { namedTwice } from './checks/named-twice.ts';
import { oneOrganization } from './checks/one-organization.ts';
import { otherHosts } from './checks/other-hosts.ts';
import { reachesAnother } from './checks/reaches-another.ts';
import { misplaced } from './checks/regions.ts';
import { outOfReach } from './checks/secrets-reach.ts';

const organizationSchema = z
  .strictObject({
    /** The admin credential's secret, as a name or a full ARN. */
    adminSecret: secretSchema,
    /** The region of its stack. When absent, the region of the deployment's credentials. */
    region: regionField.optional(),
    /** The address for management calls (F10). */
    baseUrl: baseUrlField.default('https://api.openai.com/v1'),
    /** The hosts for client traffic. A proof needs every one of them to accept (F10). */
    mtlsHosts: z
      .array(hostField)
      .min(1, { error: says('a list of at least one https URL such as ["https://mtls.api.openai.com/v1"]') })
      .refine(isDistinct, {
        error: says('a list of different hosts: each is probed once'),
      })
      .default([...DEFAULT_HOSTS]),
    /** The host where the leaves of keyless clients are exchanged for tokens (F17). */
    authHost: authHostField.default('https://mtls.auth.openai.com'),
    /** The route of a probe's call. With a client's key it has to answer 2xx. */
    probePath: pathField.default('/models'),
    clients: z.array(clientField),
    /** Witnesses: leaves that a successor's filter has to refuse (F16). */
    mustRefuse: z.array(clientField).default([]),
    policy: policySchema.prefault({}),
    /** The customer managed key of the secrets, when they have one. */
    secretsKey: keyArnField.optional(),
    /** The common beginning of client secrets' names. Policies name it instead of each secret. */
    secretsPrefix: prefixField.optional(),
    /**
     * A tag that the client secrets have and no other secrets of the account. Policies ask for it instead of
     * naming each secret.
     */
    secretsTag: tagField.optional(),
    /**
     * The subnets of the functions that call the vendor, for a vendor's side that admits known addresses
     * only. The subnets need a NAT gateway.
     */
    vpc: vpcField.optional(),
    /** How many executions of each function the account reserves for it (Lambda's reserved concurrency). */
    reservedConcurrency: z
      .int({ error: says('a whole number of executions') })
      .min(1, { error: says('a whole number of executions from 1') })
      .optional(),
    /** The version stage at which the next leaves wait. */
    stagedLabel: stagedLabelField.default('AWSPENDING'),
    /** The page that every alarm's description points to. A description holds 1,024 characters. */
    runbook: runbookField.optional(),
    /** The address that is mailed when an alarm rings. */
    alarmEmail: z.email({ error: says('an email address') }).optional(),
  })
  .superRefine((organization, context) => {
    const issues = [
      ...misplaced(organization),
      ...outOfReach(organization),
      ...throttled(organization),
      ...namedTwice(organization),
      ...otherHosts(organization),
    ];
    for (const issue of issues) context.addIssue({ code: 'custom', ...issue });
  });

/**
 * Refuses a reserved concurrency below the number of scopes that are handled at once: the run would throttle
 * itself. Shards do not count, since those of one scope wait for each other.
 */
function throttled({
  reservedConcurrency: reserved = Number.POSITIVE_INFINITY,
  policy: { concurrency },
}: {
  reservedConcurrency?: number | undefined;
  policy: { concurrency: number };
}) {
  if (reserved >= concurrency) return [];
  const message = `${reserved} is less than policy.concurrency, ${concurrency}: scopes that are handled at once would be throttled`;
  return [{ path: ['reservedConcurrency'], message }];
}

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
      for (const issue of [...reachesAnother(named), ...oneOrganization(named)])
        context.addIssue({ code: 'custom', ...issue });
      const entries = Object.entries(named);
      entries.forEach(([name, { adminSecret }], at) => {
        const twin = entries.slice(0, at).find(([, other]) => isSameSecret(other.adminSecret, adminSecret));
        // Each entry has a lease of its own, so two entries would change one organization's trust at the same
        // time (I12).
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

/**
 * Reads the `windlass` context. Throws `InvalidConfiguration` with one line for every field that is wrong.
 */
export function parseConfiguration(context: unknown): Configuration {
  const parsed = configurationSchema.safeParse(context, { error: valueError });
  if (parsed.success) return parsed.data;
  throw new WindlassError('InvalidConfiguration', distinct(parsed.error.issues.flatMap(linesOf)).join('\n'));
}

function linesOf(issue: z.core.$ZodIssue): string[] {
  return fieldsOf(issue, settingsAt(issue.path)).map(({ path, message }) =>
    withinRoom(`${['windlass', ...path].join('.')}: ${message}`),
  );
}

/** The keys that exist at a path, as suggestions for a mistyped one. */
function settingsAt([, name, top]: readonly PropertyKey[]): string[] {
  if (name === undefined) return Object.keys(configurationSchema.shape);
  if (top === undefined) return Object.keys(organizationSchema.shape);
  return Object.keys(PARTS[String(top)]?.shape ?? {});
}

/** The settings of an organization that have settings of their own. */
const PARTS: Readonly<Record<string, { shape: object }>> = {
  ...{ policy: policySchema, clients: clientField, mustRefuse: clientField },
  ...{ vpc: vpcField, secretsTag: tagField },
};
