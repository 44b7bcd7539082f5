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
import { forgetRefused } from '../table/named.ts';

type Emergency = Extract<Request, { mode: 'emergency' }>;

type Facts = Pick<CompromiseFacts, 'request' | 'keys'> & {
  inventory: Inventory;
  named: readonly CompromisedMemory[];
  /** When the run began (ISO 8601). */
  startedAt: string;
};

/**
 * Refuses an emergency that names the key of an uploaded anchor as that of a CA which was never uploaded: a chain or a bundle has the next root in it, whose key would be
 * condemned for good. That key is forgotten again, unless an earlier run knew it; what else was named stays remembered (I15). Throws `InvalidRequest`.
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
 * Refuses the same before anybody asks for the lease, by the keys that earlier plans have seen: a run that is told `Busy` looks at none. What is uploaded no more
 * was an upload once, and may be what has leaked; where nobody can tell within seconds the run itself finds out.
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
