import { WindlassError } from '../../lambdas/domain/errors.ts';

const PLACEHOLDER = /replace[-_ ]?me|replace-with-/i;

/**
 * Throws `InvalidConfiguration`, with one line each, for values that are still placeholders of the example in
 * `cdk.json`. Such a stack would deploy, and its first sweep would fail.
 */
export function demandFilledIn({
  organizations,
}: {
  organizations: Readonly<Record<string, unknown>>;
}): void {
  const lines = Object.entries(organizations).flatMap(([name, organization]) =>
    placeholdersIn(organization, `windlass.organizations.${name}`),
  );
  if (lines.length === 0) return;
  const advice = 'Put your own values into cdk.json. Until then npm run synth checks all the rest.';
  throw new WindlassError('InvalidConfiguration', [...lines, advice].join('\n'));
}

/** Every text in a value that is still a placeholder, with its path. */
export function placeholdersIn(value: unknown, path: string): string[] {
  if (typeof value === 'string')
    return PLACEHOLDER.test(value) ? [`${path}: "${value}" is the example's placeholder`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placeholdersIn(inner, `${path}.${key}`));
}
