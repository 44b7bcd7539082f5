import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { ClientCheck } from '../../../lambdas/domain/plan-document/client-check.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { SECRET_TROUBLES } from '../../log/replaying/readable.ts';
import { AUTH_HOST } from '../../world/workload-identities.ts';
import type { JudgeContext } from '../watch.ts';
import { askedOf, placesOf } from './asked.ts';
import { doorsOf, isNo, isRefusedControl, issuersShown, nameOf, shownBy } from './probes.ts';

/** What one look lacks for one client, on each host. */
export function missingFrom(
  seen: InvocationRecord,
  check: ClientCheck,
  context: JudgeContext & { isJudged: boolean },
): string[] {
  const { scenario } = context;
  const { moment } = askedOf(seen);
  if (isOthersAffair(seen, check, context)) return [];
  const doors = doorsOf(check.client, scenario);
  const places = placesOf(check, context);
  // A client runs on one leaf, so one and the same leaf has to get in on every host (I10).
  const isInEverywhere = (leaf: string): boolean =>
    doors.every((host) =>
      seen.probes.some(
        (probe) =>
          probe.host === host &&
          places.includes(probe.project) &&
          probe.leaf === leaf &&
          probe.verdict === 'accepted',
      ),
    );
  return doors.flatMap((host) => {
    const here = seen.probes.filter((probe) => probe.host === host && places.includes(probe.project));
    const own = shownBy(check.client, here);
    const proves = ({ leaf }: { leaf: string }) =>
      moment === 'afterUndo'
        ? isInEverywhere(leaf)
        : issuersShown(check.client, { leaf }, context).includes(check.successor);
    const accepted = own.some((probe) => probe.verdict === 'accepted' && proves(probe));
    const refused = here.some(isRefusedControl);
    // A refusal by a token host proves nothing: the old leaf has to be turned away at the
    // hosts where it would get in (F17).
    const isDoor = host !== AUTH_HOST;
    const old =
      seen.step === 'confirm' && context.isJudged && isDoor ? retiringLeaves(seen, check, context) : [];
    const isOld = (leaf: string) =>
      old.some((one) => underOneName(one, scenario) === underOneName(leaf, scenario));
    const revoked = old.length === 0 || own.some(({ leaf, verdict }) => isOld(leaf) && isNo(verdict));
    return [
      ...(accepted ? [] : [`nobody saw ${check.client} let in on ${host}`]),
      ...(refused ? [] : [`nobody saw a caller without a certificate refused on ${host}`]),
      ...(revoked ? [] : [`nobody saw ${old.join(' or ')} turned away on ${host}`]),
    ];
  });
}

/**
 * A leaf's name with one id for a certificate that was uploaded twice, since the
 * leaves of both uploads are the same.
 */
const underOneName = (leaf: string, { anchors }: JudgeContext['scenario']): string =>
  anchors.reduce((name, { id, twin }) => (twin?.isSame ? name.replaceAll(id, twin.of) : name), leaf);

/**
 * Whether another anchor, which is valid and has issued the leaf, is asked alone and refuses it. That
 * anchor's filter has nothing to do with this cut (F7, I17). This holds as well where the anchor was active
 * when the run planned, and somebody has deactivated it since.
 */
function isOthersAffair(
  { probes, execution }: InvocationRecord,
  { client, project, successor, issuers = [] }: ClientCheck,
  { replay, rules }: JudgeContext,
): boolean {
  const { plans, outsiderAt } = replay.state;
  const planned = plans.get(execution)?.[0]?.at ?? 0;
  const isTouched = [project, ORGANIZATION].some((scope) => (outsiderAt.get(scope) ?? 0) >= planned);
  const trusted = replay.trusted(project);
  const isGone = isTouched && issuers.length > 0 && !issuers.some((id) => trusted.has(id));
  const current = replay.state.leaves.get(client)?.AWSCURRENT ?? null;
  const asked = rules.askedAbout(current, trusted);
  const own = probes.filter(({ leaf }) => leaf === nameOf(client, current));
  return (
    (isGone || !asked.includes(successor)) &&
    own.some(({ at, verdict }) => isNo(verdict) && asked.some((id) => rules.isValid(id, at / 1000)))
  );
}

/**
 * The leaves of a client that have to be turned away now: those it still holds
 * that lead to a retiring anchor.
 */
function retiringLeaves(
  seen: InvocationRecord,
  { client, project, successor, retiringLeaf }: ClientCheck,
  context: JudgeContext,
): string[] {
  const { replay, rules } = context;
  const { broken, leaves, movedAt, outsiderAt, plans } = replay.state;
  const planned = plans.get(seen.execution)?.[0]?.at ?? 0;
  // A client that somebody has moved since the plan may hold no version with that leaf any more.
  if (!retiringLeaf || (outsiderAt.get(client) ?? 0) >= planned) return [];
  // The secret has broken since its current version was read, so no other version can be read.
  if (SECRET_TROUBLES.some((what) => broken.has(`${what} ${client}`))) return [];
  const { successions } = askedOf(seen).plan;
  const retiring = successions.filter((one) => one.successor === successor).map((one) => one.retiring);
  // The leaf still gets in by an anchor that the API did not deactivate, that the other scope keeps, or that
  // is held. Any anchor of its key counts.
  const active = replay.trusted(project);
  const held = [leaves.get(client)?.AWSCURRENT ?? null, movedAt.get(client)?.from ?? null];
  // A leaf that leads to the successor as well, by a cross-certificate, goes on getting in.
  const old = held.filter(
    (leaf) =>
      rules.issuersOf(leaf).some((id) => retiring.includes(id)) &&
      !rules.issuersOf(leaf).some((id) => id === successor || active.has(id)),
  );
  return old.map((leaf) => nameOf(client, leaf));
}
