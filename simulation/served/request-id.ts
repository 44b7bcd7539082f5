import { randomBytes } from 'node:crypto';

/** What every answer of the vendor's has in `x-request-id`, and whoever asks for help quotes. */
export const newRequestId = (): string => `req_${randomBytes(16).toString('hex')}`;
