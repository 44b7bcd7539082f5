import type { ZodError } from 'zod';

/** Every bad field of a failed parse as `path: message`, joined by `; `; `whole` stands for the value itself. No value is shown. */
export const badFields = (error: ZodError, whole: string): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`).join('; ');
