import { ORGANIZATION } from '../../domain/anchor.ts';
import type { Client } from '../../domain/client.ts';
import { WindlassError } from '../../domain/errors.ts';
import type { CompromisedMemory } from '../../domain/memory/journal.ts';
import { checkNames, demandRequested } from '../../domain/planning/names.ts';
import type { Request } from '../../domain/request.ts';
import type { Certificates } from '../openai/certificates.ts';
import type { Journal } from '../table/journal.ts';
import { forgetUnheardOf } from '../table/named.ts';

/**
 * What policy and request name, looked up in an inventory. An id that never existed is not remembered (I15): the request is
 * refused, and names it. Where a project could not be listed, nobody knows that it never did, so it stays remembered.
 */
export async function checkedNames(
  journal: Journal,
  facts: Parameters<typeof checkNames>[0],
  lastNames: ReadonlyMap<string, string>,
  { named, failures }: { named: readonly CompromisedMemory[]; failures: readonly unknown[] },
): Promise<ReturnType<typeof checkNames>> {
  try {
    return checkNames(facts, lastNames);
  } catch (error) {
    if (isUnheardOf(error) && facts.request.mode === 'emergency' && failures.length === 0)
      await forgetUnheardOf(journal, facts.request, facts.inventory, named);
    throw error;
  }
}

type Ports = { certificates: Certificates; journal: Journal };
type Emergency = Extract<Request, { mode: 'emergency' }>;

/**
 * Refuses an emergency that names what does not exist while whatever runs still has the lease: a wrong id ends no rotation (I17).
 * Where that cannot be told at once, the emergency goes on and finds out: it waits for nobody (I16). One that names what is there
 * costs a call for each anchor, whose key has to be read anyway.
 */
export async function refuseUnheardOf(
  { certificates, journal }: Ports,
  request: Emergency,
  clients: () => Promise<readonly Client[]>,
): Promise<void> {
  const { anchors, leaveBehind = [], onListing } = request;
  const found = await Promise.allSettled(anchors.map((id) => certificates.content(id)));
  const isGone = found.some((one) => one.status === 'rejected' && isUnheardOf(one.reason));
  const inProjects = Array.isArray(onListing);
  if (!isGone && leaveBehind.length === 0 && !inProjects) return;
  const looking = Promise.all([
    certificates.list(ORGANIZATION),
    inProjects ? certificates.projects() : [],
    leaveBehind.length > 0 ? clients() : [],
  ]);
  const seen = await looking.catch(() => null);
  if (!seen) return;
  const [organization, projects, configured] = seen;
  const inventory = { organization, projects: projects.map((one) => ({ ...one, anchors: [] })) };
  try {
    demandRequested({ request, inventory, clients: configured });
  } catch (error) {
    if (isUnheardOf(error)) await forgetUnheardOf(journal, request, inventory, await journal.compromised());
    throw error;
  }
}

const isUnheardOf = (error: unknown): boolean =>
  error instanceof WindlassError && error.name === 'UnknownAnchor';
