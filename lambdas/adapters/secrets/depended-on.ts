import pMap from 'p-map';
import type { Client } from '../../domain/client.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import { unprovenIn } from '../../domain/planning/reach.ts';
import type { Certificates } from '../openai/certificates.ts';
import { readableAmong } from '../openai/read-certificates.ts';
import { isSignedBelow, keyAndNameOf, marksOf } from '../x509/issuer.ts';
import { isOwnFault } from './read-clients.ts';
import type { Secrets } from './secrets.ts';

/** Anchors of ours, the other anchors that are usable in their scope, and all uploaded anchors. */
export type Around = { ours: readonly string[]; others: readonly string[]; uploaded: readonly string[] };

/**
 * Returns those of our anchors that a client of the scope runs on by now, or may run on, and by nothing else.
 * It looks at clients that the plan proves, and at the others of `everybody`, the configured clients.
 * - A secret that nobody can read excludes nothing (I9), unless Plan could not read it either and no cut had
 *   to wait for it (I17).
 * - A renewal lets in the leaves of the anchor that it replaces, which may have expired.
 * - A leaf that leads to nothing `uploaded` may be without its intermediate. It may lead to one of ours that
 *   replaces an anchor which lets nobody in any more. A leaf of that very anchor gets in by a renewal alone.
 * - An anchor whose certificate cannot be read is not known to let anybody in. If it is one of ours, any leaf
 *   may lead to it.
 */
export async function dependedOn(
  { certificates, secrets }: { certificates: Pick<Certificates, 'content'>; secrets: Secrets },
  { plan, everybody }: { plan: ScopePlan; everybody: readonly Client[] },
  { ours, others, uploaded }: Around,
): Promise<ReadonlySet<string>> {
  const replaced = plan.successions.filter(({ successor }) => ours.includes(successor));
  const ids = [...new Set([...ours, ...others])];
  const over = replaced.map(({ retiring }) => retiring).filter((id) => !ids.includes(id));
  const [{ anchors, unanswered }, ended] = await Promise.all([
    readableAmong(certificates, ids),
    readableAmong(certificates, over),
  ]);
  const marks = new Map(anchors.map(({ anchorId, pem }) => [anchorId, marksOf(pem)]));
  const isBelow = (chain: string, { key, subject }: ReturnType<typeof marksOf>): boolean =>
    key !== null && subject !== null && isSignedBelow(chain, { key, subject });
  const leadsTo = (chain: string) => (id: string) => {
    const there = marks.get(id);
    return there !== undefined && isBelow(chain, there);
  };
  const rest = uploaded.filter((id) => !ids.includes(id) && !over.includes(id));
  let elsewhere: ReturnType<typeof readableAmong> | undefined;
  // Read only for a leaf that no usable anchor has issued: most organizations have none.
  const leadsElsewhere = async (chain: string): Promise<boolean> => {
    elsewhere ??= readableAmong(certificates, rest);
    // An intermediate may be uploaded too: a leaf that leads to it leads to its issuer as well.
    const own = [...anchors.filter(({ anchorId }) => ours.includes(anchorId)), ...ended.anchors];
    const isOwn = (pem: string): boolean => own.some((one) => isBelow(pem, marksOf(one.pem)));
    return (await elsewhere).anchors.some(({ pem }) => !isOwn(pem) && isBelow(chain, marksOf(pem)));
  };
  const proven = plan.checks.map(({ secret, successor }) => ({ secret, mayRunOn: [successor] }));
  const waiting = plan.successions.flatMap(({ successor, held }) => (held ? [successor] : []));
  const unproven = unprovenIn(plan, everybody).map(({ name, secret }) => ({
    ...{ secret, mayRunOn: plan.unread?.includes(name) ? waiting : ours },
  }));
  const authorities = new Map(
    [...anchors, ...ended.anchors].map((one) => [one.anchorId, keyAndNameOf(one.pem)]),
  );
  const replacingWhatIsOver = replaced.filter(({ retiring }) => over.includes(retiring));
  /** A retiring anchor whose certificate cannot be read may be what any of ours renews (I9). */
  const renewals = replacingWhatIsOver.filter(({ retiring, successor }) =>
    [undefined, authorities.get(successor)].includes(authorities.get(retiring)),
  );
  const endedMarks = ended.anchors.map(({ pem }) => marksOf(pem));
  /**
   * Returns those of ours that may let a leaf in. A leaf of an anchor that is over gets in only by a renewal
   * of that anchor. A leaf that leads to nothing uploaded may get in by any successor that replaces such an
   * anchor (I9).
   */
  const mayLetIn = (chain: string): string[] => {
    const isOfWhatIsOver = endedMarks.some((there) => isBelow(chain, there));
    return (isOfWhatIsOver ? renewals : replacingWhatIsOver).map(({ successor }) => successor);
  };
  const found = await pMap(
    [...proven, ...unproven],
    async ({ secret, mayRunOn }) => {
      try {
        const chain = (await secrets.read(secret, 'AWSCURRENT'))?.certificateChain ?? '';
        const leads = leadsTo(chain);
        if (others.some(leads)) return [];
        const isUnplaced = replacingWhatIsOver.length > 0 && chain !== '' && !ours.some(leads);
        const mayLead = isUnplaced ? mayLetIn(chain).filter((id) => mayRunOn.includes(id)) : [];
        const may = mayLead.length > 0 && !(await leadsElsewhere(chain)) ? mayLead : [];
        return ours.filter((id) => leads(id) || !marks.has(id) || may.includes(id));
      } catch (error) {
        if (isOwnFault(error)) return ours.filter((id) => mayRunOn.includes(id));
        throw error;
      }
    },
    { concurrency: 10 },
  );
  const depended = new Set(found.flat());
  const missed = unanswered ?? (await elsewhere)?.unanswered;
  // The API had no answer for some certificate. That anchor may let these clients in as well, or may be one
  // of ours (I9).
  if (missed && (depended.size > 0 || ours.some((id) => !marks.has(id)))) throw missed;
  return depended;
}
