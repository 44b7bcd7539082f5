import { WindlassError } from '../../lambdas/domain/errors.ts';
import { wrongEndpoint } from '../account/aws-reason.ts';
import { whyNoCredentials } from '../account/credentials.ts';
import { wrongRegion } from '../account/region.ts';

const reasons: Record<string, () => string | Promise<string>> = {
  ResourceNotFoundException: () => 'there is no such table in this account and region',
  CredentialsProviderError: whyNoCredentials,
};

/**
 * Turns AWS's error about a table into one line for the person who ran the command. `needs` are the IAM
 * actions that the call takes.
 */
export async function explained(
  error: unknown,
  what: string,
  table: string,
  needs: string,
): Promise<unknown> {
  if (!(error instanceof WindlassError)) return error;
  const { name = '' } = Object(error.cause) as { name?: string };
  const denied = name === 'AccessDeniedException' && `these credentials may not do it (${needs})`;
  const endpoint = wrongEndpoint(error.message);
  const reason =
    wrongRegion(error.message) || endpoint || denied || (await reasons[name]?.()) || error.message;
  return new WindlassError(error.name, `cannot ${what} in table ${table}: ${reason}`, { cause: error.cause });
}

/** Whether a table could not be read because no table of that name exists here. */
export const isNoTable = (error: unknown): boolean =>
  error instanceof WindlassError && Object(error.cause).name === 'ResourceNotFoundException';
