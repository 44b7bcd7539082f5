import { badFields, valueError } from '../../lambdas/domain/bad-fields.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { type Policy, policySchema } from '../../lambdas/domain/policy.ts';
import { readJson } from '../terminal/files.ts';

/**
 * Returns the policy in a JSON file, or the defaults when no file is given. Throws `InvalidInput`, which
 * lists every bad field by its path.
 */
export async function readPolicy(file: string | undefined): Promise<Policy> {
  const parsed = policySchema.safeParse(file === undefined ? {} : await readJson('policy', file), {
    error: valueError,
  });
  if (parsed.success) return parsed.data;
  throw new WindlassError(
    'InvalidInput',
    `policy ${file} is not valid: ${badFields(parsed.error, 'the file', Object.keys(policySchema.shape))}`,
  );
}
