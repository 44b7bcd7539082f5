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
import { forgetRefused } from '../table/named/forget-refused.ts';
import { rememberingKeys } from './remembering-keys.ts';

/**
 * Looks up in an inventory what the policy and the request name, and returns what emergencies are allowed by
 * now. A request with an unknown name is refused by that name. Nothing that it asked to be allowed stays
 * remembered (I6), nor does an id that never existed (I15). If a project could not be listed, the id may
 * exist there, and stays remembered.
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

/** Looks names up. If the lookup throws, the request is forgotten first. */
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
 * Refuses an emergency none of whose anchors exist, before it takes the lease from a running rotation: a
 * wrong id ends no rotation (I17). If one of them exists, or if nobody can tell within seconds, the emergency
 * goes on and finds out, without waiting (I16). It also goes on if none of the anchors that earlier plans saw
 * exist: the key may belong to another organization, and then nothing is forgotten.
 */
export async function refuseUnheardOf({ hasty, journal }: Ports, request: Emergency): Promise<void> {
  const contents = rememberingKeys(
    hasty,
    journal,
    request.anchors.map((anchorId) => ({ anchorId })),
  );
  const looked = await Promise.allSettled(request.anchors.map((id) => contents.content(id)));
  if (!looked.every((one) => one.status === 'rejected' && isGone(one.reason))) return;
  // The organization's list has every upload. An id is forgotten only when both answers say that it never
  // existed.
  const organization = await hasty.list(ORGANIZATION).catch(() => null);
  if (!organization) return;
  const inventory = { organization, projects: [] };
  if (request.anchors.some((id) => indexAnchors(inventory).anchors.has(id))) return;
  if (isUnknownTo(await journal.seen(), inventory)) return;
  await forgetRefused(journal, request, inventory);
  demandRequested({ request, inventory, clients: [] });
}

/**
 * Returns the ids that get-one does not know either, and that were named before the listing began: an id
 * named later may have been uploaded in between. They may be forgotten once a run has reported them (I15).
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

/** The API refuses an id of an impossible form with its own error. */
const isGone = (error: unknown): boolean =>
  isUnheardOf(error) || (error instanceof WindlassError && error.name === 'ApiRefused');
