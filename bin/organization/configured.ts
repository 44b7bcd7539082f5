import { fileURLToPath } from 'node:url';
import { didYouMean } from '../../lambdas/domain/closest.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { placeholdersIn } from '../../lib/checks/placeholders.ts';
import { type Configuration, type Organization, parseConfiguration } from '../../lib/config.ts';
import { readJson } from '../terminal/files.ts';

/** The file from which the stacks are deployed. */
const CDK_JSON = fileURLToPath(new URL('../../cdk.json', import.meta.url));

/** An organization as its stack is configured. */
export type Configured = { name: string; organization: Organization };

/**
 * Returns the organization of this name from `cdk.json`, or from another file of its form. Without a name, it
 * returns the only one that is filled in, or null when there is none or more than one. Throws `InvalidInput`
 * and `InvalidConfiguration`.
 */
export async function configuredOrganization(
  name: string | undefined,
  file: string | undefined,
): Promise<Configured | null> {
  const { organizations } = await readConfiguration(file);
  if (name === undefined) {
    const filledIn = Object.entries(organizations).filter(([, one]) => placeholdersIn(one, '').length === 0);
    const [only] = filledIn;
    return only && filledIn.length === 1 ? { name: only[0], organization: only[1] } : null;
  }
  const organization = organizations[name];
  if (organization) return { name, organization };
  const names = Object.keys(organizations);
  throw new WindlassError(
    'InvalidInput',
    `${file ?? 'cdk.json'} has no organization "${name}"${didYouMean(name, names)} (it has ${names.join(', ')})`,
  );
}

/** Returns how messages name one entry of the configuration. */
export const entryIn = (name: string, file: string | undefined): string =>
  `organizations.${name} of ${file ?? 'cdk.json'}`;

/**
 * Reads the whole configuration. Its error is one line that names the file: the person asked for a plan, and
 * may not know that this file is read.
 */
async function readConfiguration(file: string | undefined): Promise<Configuration> {
  const written = await writtenConfiguration(file);
  try {
    return parseConfiguration(written);
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    const problems = error.message.split('\n').join('; ');
    throw new WindlassError('InvalidConfiguration', `${file ?? 'cdk.json'} is not valid: ${problems}`);
  }
}

/**
 * The `windlass` entry of `cdk.json`, or of another file of its form, as it is written. Throws
 * `InvalidInput`.
 */
export async function writtenConfiguration(file = CDK_JSON): Promise<unknown> {
  const { windlass } = Object(Object(await readJson('configuration', file)).context) as {
    windlass?: unknown;
  };
  if (windlass !== undefined) return windlass;
  throw new WindlassError(
    'InvalidInput',
    `configuration ${file} has no {"context": {"windlass": {"organizations": …}}}, as cdk.json has it`,
  );
}
