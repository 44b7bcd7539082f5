import { WindlassError } from '../../lambdas/domain/errors.ts';

const reasons: Record<string, string> = {
  ResourceNotFoundException: 'there is no such table in this account and region',
  CredentialsProviderError:
    'no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
};

/** What AWS said of a table, in one line for whoever typed the command; `needs` are the actions that it takes. */
export function explained(error: unknown, what: string, table: string, needs: string): unknown {
  if (!(error instanceof WindlassError)) return error;
  const { name = '' } = Object(error.cause) as { name?: string };
  const noRegion = /Region (is missing|not accepted)/.test(error.message) && 'no AWS region: set AWS_REGION';
  const denied = name === 'AccessDeniedException' && `these credentials may not do it (${needs})`;
  const reason = noRegion || denied || reasons[name] || error.message;
  return new WindlassError(error.name, `cannot ${what} in table ${table}: ${reason}`);
}
