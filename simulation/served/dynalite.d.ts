declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** An in-process DynamoDB; `createTableMs: 0` makes a table usable at once. */
  export default function dynalite(options?: { createTableMs?: number; deleteTableMs?: number }): Server;
}
