import pMap from 'p-map';
import type { Client } from '../../domain/client.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import { unprovenIn } from '../../domain/planning/reach.ts';
import type { Certificates } from '../openai/certificates.ts';
import { readableAmong } from '../openai/read-certificates.ts';
import { isSignedBelow, keyAndNameOf, marksOf } from '../x509/issuer.ts';
import { isOwnFault } from './read-clients.ts';
import type { Secrets } from './secrets.ts';

/** Anchors of ours, the others that are usable in their scope, and all that are uploaded. */
export type Around = { ours: readonly string[]; others: readonly string[]; uploaded: readonly string[] };

/**
 * Those of our anchors that a client of the scope runs on by now and by nothing else, or may, whether the plan proves it or not: a renewal
 * lets in who has been on what it replaces, which may have expired, and a secret that nobody can read excludes nothing (I9), unless it
 * could not be read by Plan either, and no cut had to wait for it (I17). So may a leaf that leads to nothing that is `uploaded`, where ours replaces what
 * lets nobody in any more: a secret may hold it without its intermediate. A leaf of that itself gets in by a renewal alone. By an anchor whose certificate
 * cannot be read nobody is known to get in, and to one of ours any leaf may lead. `everybody` are all configured clients.
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
  // Read only for a leaf that nothing usable has issued: most organizations have none.
  const leadsElsewhere = async (chain: string): Promise<boolean> => {
    elsewhere ??= readableAmong(certificates, rest);
    // An intermediate may be uploaded as well: who leads to it leads to what has issued it.
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
  /** One whose certificate cannot be read may be what any renews (I9). */
  const renewals = replacingWhatIsOver.filter(({ retiring, successor }) =>
    [undefined, authorities.get(successor)].includes(authorities.get(retiring)),
  );
  const endedMarks = ended.anchors.map(({ pem }) => marksOf(pem));
  /** A leaf of what is over gets in by a renewal of that alone. One that leads to nothing uploaded may lead to any that replaces it (I9). */
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
  // Whatever else lets them in may be what the API had no answer for, and ours may be that itself (I9).
  if (missed && (depended.size > 0 || ours.some((id) => !marks.has(id)))) throw missed;
  return depended;
}
