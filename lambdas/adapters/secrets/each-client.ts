import pMap from 'p-map';
import type { Pause } from '../../clock.ts';
import { gravest, WindlassError } from '../../domain/errors.ts';
import { clientsAtOnce } from '../clients-at-once.ts';
import { isOwnFault } from './read-clients.ts';

/**
 * Seconds after which clients are tried again whose secret the role may not touch: IAM spreads a new policy
 * within this time.
 */
const IAM_WAITS = [5, 10, 20];

/**
 * Does something for each client. `kept` are the clients for which it fails through the fault of their own
 * secret (I17). Any other error is thrown on, and so is any error of `first`, which runs before each client.
 * `waited` says that clients which IAM refused were tried again.
 */
export async function eachThatCan<T extends { client: string }, R>(
  clients: readonly T[],
  act: (client: T) => Promise<R>,
  { pause, first = async () => {} }: { pause: Pause | undefined; first?: () => Promise<void> },
): Promise<{ done: R[]; kept: Map<string, WindlassError>; waited: boolean }> {
  const kept = new Map<string, WindlassError>();
  const once = async (some: readonly T[]): Promise<R[]> => {
    const all = await eachOf(some, async (one) => {
      await first();
      return act(one).then(asDone, asKept(kept, one.client));
    });
    return all.flatMap((one) => (one ? one.done : []));
  };
  const done = await once(clients);
  let waited = false;
  for (const seconds of pause ? IAM_WAITS : []) {
    const refused = clients.filter(({ client }) => kept.get(client)?.name === 'AwsRefused');
    if (refused.length === 0) break;
    await pause?.(seconds);
    waited = true;
    for (const { client } of refused) kept.delete(client);
    done.push(...(await once(refused)));
  }
  return { done, kept, waited };
}

const asDone = <R>(done: R) => ({ done });

/** Puts a client into `kept` when its own secret is at fault. Throws any other error on. */
const asKept =
  (kept: Map<string, WindlassError>, client: string) =>
  (error: unknown): undefined => {
    if (!isOwnFault(error) && !(error instanceof WindlassError && error.name === 'LeafChanged')) throw error;
    kept.set(client, error);
  };

/**
 * Does something for each client, several at a time, whatever becomes of the others. Throws the gravest
 * error.
 */
async function eachOf<T, R>(clients: readonly T[], act: (client: T) => Promise<R>): Promise<R[]> {
  try {
    return await pMap(clients, act, { concurrency: clientsAtOnce(clients.length), stopOnError: false });
  } catch (error) {
    throw error instanceof AggregateError ? gravest(error.errors) : error;
  }
}
