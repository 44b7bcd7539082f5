declare module 'dynalite' {
  import type { Server } from 'node:http';
  import type { AddressInfo } from 'node:net';
  /** An in-process DynamoDB; `createTableMs: 0` makes a table usable at once. */
  export default function dynalite(options?: { createTableMs?: number }): Server & { address(): AddressInfo };
}
