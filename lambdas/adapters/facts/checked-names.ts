import { ORGANIZATION } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import type { CompromisedMemory } from '../../domain/memory/journal.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
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

type Ports = { hasty: Pick<Certificates, 'content' | 'list'>; journal: Journal };
type Emergency = Extract<Request, { mode: 'emergency' }>;

/**
 * Refuses an emergency of which no anchor exists while whatever runs still has the lease: a wrong id ends no rotation (I17). Where
 * one of them exists, or where that cannot be told within seconds, the emergency goes on and finds out: it waits for nobody (I16).
 */
export async function refuseUnheardOf({ hasty, journal }: Ports, request: Emergency): Promise<void> {
  const looked = await Promise.allSettled(request.anchors.map((id) => hasty.content(id)));
  if (!looked.every((one) => one.status === 'rejected' && isGone(one.reason))) return;
  // All that is uploaded is listed there: an id is forgotten only where two answers say that it never was.
  const organization = await hasty.list(ORGANIZATION).catch(() => null);
  if (!organization) return;
  const inventory = { organization, projects: [] };
  if (request.anchors.some((id) => indexAnchors(inventory).anchors.has(id))) return;
  await forgetUnheardOf(journal, request, inventory, await journal.compromised());
  demandRequested({ request, inventory, clients: [] });
}

const isUnheardOf = (error: unknown): boolean =>
  error instanceof WindlassError && error.name === 'UnknownAnchor';

/** An id that cannot be one is refused by the API in its own words. */
const isGone = (error: unknown): boolean =>
  isUnheardOf(error) || (error instanceof WindlassError && error.name === 'ApiRefused');
