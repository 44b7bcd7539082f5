import { ORGANIZATION } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import { firstFew } from '../../domain/first-few.ts';
import { settledAllowances } from '../../domain/memory/allowed.ts';
import { type CompromisedMemory, lastNamed } from '../../domain/memory/journal.ts';
import { CLOCKS } from '../../domain/memory/lease.ts';
import { isUnknownTo } from '../../domain/memory/other-organization.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import { checkNames, demandRequested } from '../../domain/planning/names.ts';
import type { Request } from '../../domain/request.ts';
import type { Certificates } from '../openai/certificates.ts';
import type { Journal } from '../table/journal.ts';
import { forgetRefused } from '../table/named.ts';
import { rememberingKeys } from './remembering-keys.ts';

/**
 * What policy and request name, looked up in an inventory, and what emergencies are allowed by now. A request that names what is not there
 * is refused by name, and nothing that it asked to be allowed is remembered (I6), nor an id that never existed (I15). Where a
 * project could not be listed, nobody knows that it never did, so it stays remembered.
 */
export async function checkedNames(
  journal: Journal,
  facts: Parameters<typeof checkNames>[0],
  lastNames: ReadonlyMap<string, string>,
  { named, isWhole }: { named: readonly CompromisedMemory[]; isWhole: boolean },
) {
  const { request, inventory } = facts;
  const names = await orForget(
    () => checkNames(facts, lastNames),
    async (error) => {
      if (request.mode !== 'emergency') return;
      const isTold = isUnheardOf(error) && isWhole;
      await forgetRefused(journal, request, isTold ? inventory : null);
    },
  );
  const { refused, ...allowed } = settledAllowances(named, facts);
  const warnings = [
    ...names.warnings,
    ...(refused.length > 0
      ? [
          `an emergency asked to be allowed something by a name that nobody knows, and was allowed nothing: ${firstFew(refused, 5).join(', ')}. Ask again with names that are there`,
        ]
      : []),
  ];
  return { ...names, warnings, ...allowed };
}

/** Looks names up, and has a request forgotten that is refused for one. */
async function orForget<T>(look: () => T, forget: (error: unknown) => Promise<void>): Promise<T> {
  try {
    return look();
  } catch (error) {
    await forget(error);
    throw error;
  }
}

type Ports = { hasty: Pick<Certificates, 'content' | 'list'>; journal: Journal };
type Emergency = Extract<Request, { mode: 'emergency' }>;

/**
 * Refuses an emergency of which no anchor exists while whatever runs still has the lease: a wrong id ends no rotation (I17). Where
 * one of them exists, or where that cannot be told within seconds, the emergency goes on and finds out: it waits for nobody (I16). So it does where nothing exists that did:
 * the key may be of another organization, and then nothing is forgotten.
 */
export async function refuseUnheardOf({ hasty, journal }: Ports, request: Emergency): Promise<void> {
  const contents = rememberingKeys(
    hasty,
    journal,
    request.anchors.map((anchorId) => ({ anchorId })),
  );
  const looked = await Promise.allSettled(request.anchors.map((id) => contents.content(id)));
  if (!looked.every((one) => one.status === 'rejected' && isGone(one.reason))) return;
  // All that is uploaded is listed there: an id is forgotten only where two answers say that it never was.
  const organization = await hasty.list(ORGANIZATION).catch(() => null);
  if (!organization) return;
  const inventory = { organization, projects: [] };
  if (request.anchors.some((id) => indexAnchors(inventory).anchors.has(id))) return;
  if (isUnknownTo(await journal.seen(), inventory)) return;
  await forgetRefused(journal, request, inventory);
  demandRequested({ request, inventory, clients: [] });
}

/**
 * Those of these ids of which two answers say that they never were, and that were named before anything was listed: what is named later may have
 * been uploaded in between. They may be forgotten once they have been told of (I15).
 */
export async function neverExisted(
  contents: Pick<Certificates, 'content'>,
  unlisted: readonly CompromisedMemory[],
  since: number,
): Promise<string[]> {
  const asked = unlisted.filter((one) => lastNamed(one) < since - CLOCKS).map(({ anchorId }) => anchorId);
  const looked = await Promise.allSettled(asked.map((id) => contents.content(id)));
  return asked.filter((_, i) => {
    const one = looked[i];
    return one?.status === 'rejected' && isGone(one.reason);
  });
}

const isUnheardOf = (error: unknown): boolean =>
  error instanceof WindlassError && error.name === 'UnknownAnchor';

/** An id that cannot be one is refused by the API in its own words. */
const isGone = (error: unknown): boolean =>
  isUnheardOf(error) || (error instanceof WindlassError && error.name === 'ApiRefused');
