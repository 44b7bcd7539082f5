import { randomBytes } from 'node:crypto';

/**
 * The `x-request-id` that every answer of the vendor has. A person who asks the vendor for help quotes it.
 */
export const newRequestId = (): string => `req_${randomBytes(16).toString('hex')}`;
