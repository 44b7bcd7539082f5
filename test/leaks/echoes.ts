import type { SimulatedServices } from '../../rehearsal/simulated-services.ts';
import { ADMIN_SECRET } from './everything-once.ts';

/** The secret of one client. */
export const clientSecret = 'windlass/rehearsal/client-1';

/** Everything that a host could write back of these secrets, as they are and encoded. */
export const echo = (...secrets: string[]): string =>
  secrets
    .flatMap((secret) => [
      `Incorrect API key provided: ${secret}. You sent "Authorization: Bearer ${secret}"`,
      Buffer.from(`:${secret}`).toString('base64'),
      Buffer.from(secret).toString('hex'),
      encodeURIComponent(secret),
      secret.slice(-30),
    ])
    .join(' | ');

/** A refusal in which every field and the request id repeat the message. */
export const refusal = (status: number, code: string, message: string): Response =>
  Response.json(
    { error: { message, type: message, param: message, code } },
    { status, headers: { 'x-request-id': message.replace(/[^\x20-\x7e]/g, ' ').slice(0, 900) } },
  );

/** Returns the admin key in use. */
export const adminKeyOf = ({ secrets }: SimulatedServices): string =>
  keyIn(secrets.read(ADMIN_SECRET, 'AWSCURRENT')?.value);
const keyIn = (value = '{}'): string => (JSON.parse(value) as { apiKey: string }).apiKey;
/** Returns the whole secret of that client. */
export const current = ({ secrets }: SimulatedServices): string =>
  secrets.read(clientSecret, 'AWSCURRENT')?.value ?? '';

/** Returns what the clients of a project send, on one of their connections. */
export function sentBy({ secrets, workloads }: SimulatedServices, project: string): string[] {
  const client = workloads.find((one) => one.project === project && 'secret' in one);
  const secret = client && 'secret' in client ? client.secret : '';
  const { apiKey = '', certificateChain } = JSON.parse(secrets.read(secret, 'AWSCURRENT')?.value ?? '{}');
  return [apiKey, certificateChain];
}
