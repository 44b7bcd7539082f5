import { type Inventory, ORGANIZATION } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { CompromisedMemory } from '../../domain/memory/journal.ts';
import { CLOCKS } from '../../domain/memory/lease.ts';
import { idOfKey } from '../../domain/memory/named-key.ts';
import {
  type CompromiseFacts,
  keysOfUploads,
  rememberedCompromise,
} from '../../domain/planning/compromise.ts';
import { anchorsInWords, indexAnchors } from '../../domain/planning/facts.ts';
import type { Request } from '../../domain/request.ts';
import type { Certificates } from '../openai/certificates.ts';
import type { Journal } from '../table/journal.ts';
import { forgetRefused } from '../table/named/forget-refused.ts';

type Emergency = Extract<Request, { mode: 'emergency' }>;

type Facts = Pick<CompromiseFacts, 'request' | 'keys'> & {
  inventory: Inventory;
  named: readonly CompromisedMemory[];
  /** When the run began (ISO 8601). */
  startedAt: string;
};

/**
 * Throws `InvalidRequest` for an emergency whose `keys` include the key of an uploaded anchor: those are for
 * CAs that were never uploaded. A chain or a bundle may contain the root above, whose key would then be
 * compromised for good. That key is forgotten again, unless an earlier run knew it; what else was named stays
 * remembered (I15).
 */
export async function refuseKeysOfUploads(journal: Journal, facts: Facts): Promise<void> {
  const { request, keys, inventory, named, startedAt } = facts;
  if (request.mode !== 'emergency' || !request.keys) return;
  const asked = new Set(request.keys.map(idOfKey));
  const isNew = ({ anchorId, namedAt }: CompromisedMemory): boolean =>
    asked.has(anchorId) && namedAt !== undefined && secondsOf(namedAt) >= secondsOf(startedAt) - CLOCKS;
  const before = rememberedCompromise(named.filter((one) => !isNew(one)));
  const wrong = keysOfUploads({ request, keys, compromised: before });
  if (wrong.length === 0) return;
  const ids = new Set(wrong.map(({ digest }) => idOfKey(digest)));
  await journal.forgetCompromised(
    named.filter((one) => ids.has(one.anchorId) && isNew(one)).map((one) => one.anchorId),
  );
  await forgetRefused(journal, request, null);
  const told = wrong.map(({ digest, anchorIds }) => {
    const at = request.keys?.indexOf(digest);
    return `request.keys.${at}: ${idOfKey(digest)} is the key of ${anchorsInWords(anchorIds, inventory)}`;
  });
  throw new WindlassError(
    'InvalidRequest',
    `${told.join('; ')}, which is uploaded, and "keys" are those of CAs that were never uploaded: take it out of "keys", or name the anchor in "anchors" as well where its own key leaked too`,
  );
}

/**
 * Refuses such a request before it asks for the lease, by the keys that earlier plans have seen: a run that
 * ends as `Busy` reads no keys. An anchor that is no longer uploaded does not count, because its key may be
 * the one that leaked. If nobody can tell within seconds, the run itself finds out.
 */
export async function refuseKeysSeen(
  { hasty, journal }: { hasty: Pick<Certificates, 'list'>; journal: Journal },
  request: Emergency,
  { startedAt }: { startedAt: string },
): Promise<void> {
  if (!request.keys) return;
  const organization = await hasty.list(ORGANIZATION).catch(() => null);
  if (!organization) return;
  const inventory = { organization, projects: [] };
  const { anchors } = indexAnchors(inventory);
  const [seen, named] = await Promise.all([journal.seen(), journal.compromised()]);
  const keys = new Map(
    seen.flatMap(({ kind, id, key }) =>
      kind === 'anchor' && key && anchors.has(id) ? [[id, { digest: key, vouchesFor: [] }] as const] : [],
    ),
  );
  await refuseKeysOfUploads(journal, { request, keys, inventory, named, startedAt });
}
