import type { ZodError } from 'zod';

/** Room for every field of a document that a person wrote, and far less than Step Functions gives a cause. */
const MAX_LENGTH = 4_000;

/** Every bad field of a failed parse as `path: message`, joined by `; `; `whole` stands for the value itself. No value is shown. */
export function badFields(error: ZodError, whole: string): string {
  const fields = error.issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`).join('; ');
  return fields.length > MAX_LENGTH ? `${fields.slice(0, MAX_LENGTH - 1)}…` : fields;
}
