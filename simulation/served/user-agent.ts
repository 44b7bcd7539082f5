import type { IncomingMessage } from 'node:http';

/** What the rehearsal's own calls say of themselves, so that they can be told from a function's. */
export const OWN_AGENT = 'windlass-rehearsal';

/** True for a call of a simulated client, or of the setup of the simulation: no function made it. */
export const isOwnCall = ({ headers }: IncomingMessage): boolean =>
  String(headers['user-agent']).includes(OWN_AGENT);
