import * as z from 'zod';
import { badFields } from '../domain/bad-fields.ts';
import { WindlassError } from '../domain/errors.ts';

const baseUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a base URL such as https://api.openai.com/v1',
});

/** Returns one environment variable, parsed by its schema. Throws `InvalidConfiguration` with its name. */
function variable<T>(name: string, schema: z.ZodType<T>): T {
  const text = process.env[name];
  if (!text) throw new WindlassError('InvalidConfiguration', `the environment variable ${name} is not set`);
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new WindlassError(
    'InvalidConfiguration',
    `the environment variable ${name} is wrong: ${badFields(parsed.error, 'value')}`,
  );
}

/** Returns one environment variable that holds any text. Throws `InvalidConfiguration` with its name. */
export const textVariable = (name: string): string => variable(name, z.string());

/** Returns the certificates API's base URL, from `OPENAI_BASE_URL`. */
export const baseUrlFromEnvironment = (): string => variable('OPENAI_BASE_URL', baseUrl);

/** Returns the base URLs that client traffic goes to (F10), from `WINDLASS_MTLS_HOSTS`, a JSON array. */
export const hostsFromEnvironment = (): string[] =>
  variable('WINDLASS_MTLS_HOSTS', jsonOf(z.array(baseUrl).min(1), 'base URLs'));

/** Returns the host that exchanges leaves for tokens (F17), from `WINDLASS_AUTH_HOST`. */
export const authHostFromEnvironment = (): string => variable('WINDLASS_AUTH_HOST', baseUrl);

/** Returns the path that a probe calls below each host's base URL, from `WINDLASS_PROBE_PATH`. */
export const probePathFromEnvironment = (): string =>
  variable('WINDLASS_PROBE_PATH', z.string().startsWith('/', 'must begin with "/"'));

/** Returns the version stage at which a client's next leaf waits, from `WINDLASS_STAGED_LABEL`. */
export const stagedLabelFromEnvironment = (): string => textVariable('WINDLASS_STAGED_LABEL');

/**
 * Returns the anchors on hold, from `WINDLASS_HOLD`, a JSON array. An execution keeps the plan that it made,
 * but its functions' environment is that of the last deployment, so a new hold counts at once (I5).
 */
export const holdFromEnvironment = (): string[] =>
  variable('WINDLASS_HOLD', jsonOf(z.array(z.string()), 'anchor ids'));

const DEPLOYED = /^s3:\/\/([^/]+)\/(.+)#([0-9a-f]{64})$/;

const deployedList = z
  .string()
  .regex(DEPLOYED, 'must be s3://BUCKET/KEY#SHA-256')
  .transform((text) => {
    const [, bucket = '', key = '', digest = ''] = DEPLOYED.exec(text) ?? [];
    return { bucket, key, digest };
  });

/**
 * Returns where the client list of the last deployment is, and the digest of its content, from
 * `WINDLASS_CLIENTS`.
 */
export const deployedListFromEnvironment = (): { bucket: string; key: string; digest: string } =>
  variable('WINDLASS_CLIENTS', deployedList);

/** Returns the digest of the clients' configuration in the last deployment, from `WINDLASS_CONFIGURED`. */
export const configuredFromEnvironment = (): string => textVariable('WINDLASS_CONFIGURED');

/** Returns the organization's name in the configuration, from `WINDLASS_ORGANIZATION`. */
export const organizationFromEnvironment = (): string => textVariable('WINDLASS_ORGANIZATION');

const jsonOf = <T extends z.ZodArray>(array: T, of: string) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: `must be a JSON array of ${of}` });
        return z.NEVER;
      }
    })
    .pipe(array);
