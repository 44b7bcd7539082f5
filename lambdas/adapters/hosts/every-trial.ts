import pMap from 'p-map';
import { type Excused, isExcused } from '../../domain/cut/excuse.ts';
import { gravest, isOneOf, WindlassError } from '../../domain/errors.ts';
import { hostsOf } from '../../domain/overlap/own-hosts.ts';
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import { clientsAtOnce } from '../clients-at-once.ts';

/** The number of calls, and the failures that halt nobody. */
export type Accepted = {
  probes: number;
  excused: Excused[];
  /** `true` when nothing has shown that hosts have heard of what was activated. */
  isUnheard?: boolean;
};
/** The same, and the failures that halt the scope: one for each check and host. */
export type Looked = Accepted & { failures: readonly Failure[] };
type Failure = { client: string; check: ClientCheck; error: unknown };

/**
 * Returns what a look came to when no failure halts the scope. Otherwise throws the gravest failure; for
 * `SuccessorRefused` the error names every refused client.
 */
export function demandAll({ failures, ...accepted }: Looked): Accepted {
  if (failures.length === 0) return accepted;
  const found = gravest(failures.map(({ error }) => error));
  if (!isOneOf(found, ['SuccessorRefused'])) throw found;
  const refused = failures.filter(({ error }) => isOneOf(error, [found.name]));
  const clients = [...new Set(refused.map(({ client }) => client))];
  throw new WindlassError(found.name, found.message, { cause: found, clients });
}

/**
 * Tries every held leaf on every host that answers its client, whatever the other trials come to. Returns the
 * failures that halt the scope, and separately the excused ones: the gravest of each client.
 */
export async function everyTrial<H>(
  hosts: readonly string[],
  checks: readonly ClientCheck[],
  heldBy: (check: ClientCheck) => Promise<H | null>,
  attempt: (host: string, check: ClientCheck, held: H) => Promise<void>,
): Promise<Omit<Looked, 'probes'>> {
  const failures: Failure[] = [];
  const excused = new Map<string, WindlassError>();
  const fail = (check: ClientCheck) => (error: unknown) => {
    if (!isExcused(check, error)) return void failures.push({ client: check.client, check, error });
    const before = excused.get(check.client);
    excused.set(check.client, (before ? gravest([before, error]) : error) as WindlassError);
  };
  const inParallel = { concurrency: clientsAtOnce(checks.length) };
  const held = await pMap(
    checks,
    async (check) => ({ check, holds: (await heldBy(check).catch(fail(check))) ?? null }),
    inParallel,
  );
  const places = new Set([...hosts, ...checks.flatMap((check) => hostsOf(check, hosts))]);
  const trials = [...places].flatMap((host) =>
    held.flatMap(({ check, holds }) =>
      holds && hostsOf(check, hosts).includes(host) ? [{ host, check, holds }] : [],
    ),
  );
  await pMap(trials, ({ host, check, holds }) => attempt(host, check, holds).catch(fail(check)), inParallel);
  const halting = [...excused].map(([client, { name, message }]) => ({
    client,
    error: name,
    cause: message,
  }));
  return { failures, excused: halting };
}
