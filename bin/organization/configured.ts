import { fileURLToPath } from 'node:url';
import { didYouMean } from '../../lambdas/domain/closest.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { placeholdersIn } from '../../lib/checks/placeholders.ts';
import { type Configuration, type Organization, parseConfiguration } from '../../lib/config.ts';
import { readJson } from '../terminal/files.ts';

/** The file that the stacks are made of. */
const CDK_JSON = fileURLToPath(new URL('../../cdk.json', import.meta.url));

/** An organization as its stack is configured. */
export type Configured = { name: string; organization: Organization };

/**
 * The organization of this name in `cdk.json` or in another file of its form; without a name the only one that is filled in,
 * or null where there is none or a choice. Throws `InvalidInput` and `InvalidConfiguration`.
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

/** One line, and whose: whoever asks for a plan has not named this file as the deployment's app does. */
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

/** The `windlass` entry of `cdk.json` or of another file of its form, as it is written. Throws `InvalidInput`. */
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
