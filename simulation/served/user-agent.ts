import type { IncomingMessage } from 'node:http';

/** The user agent of the rehearsal's own calls, which tells them from a function's. */
export const OWN_AGENT = 'windlass-rehearsal';

/** Whether a call is of a simulated client, or of the setup of the simulation, and not of a function. */
export const isOwnCall = ({ headers }: IncomingMessage): boolean =>
  String(headers['user-agent']).includes(OWN_AGENT);
