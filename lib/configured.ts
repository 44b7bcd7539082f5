import { createHash } from 'node:crypto';
import type { Organization } from './config.ts';

/**
 * The clients and the evidence that are configured, in 16 characters. An execution keeps the plan that it made of them;
 * a deployment during its soak may have named a client whom that plan does not know, and whom its cut would lock out.
 */
export function configuredAs({ clients, policy: { evidence } }: Organization): string {
  const named = clients
    .map(({ name, project, secret }) => [name, project, secret])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([named, evidence]))
    .digest('hex')
    .slice(0, 16);
}
