import { leastOf } from '../../domain/cut/excuse.ts';
import { demandTaken, withoutRefused } from '../../domain/cut/refusals.ts';
import { endOfAll } from '../../domain/cut/shards.ts';
import type { Confirmation, ScopeDocument } from '../../domain/document.ts';
import { instant, secondsOf } from '../../domain/instant.ts';
import { claimOf, entryOf } from '../../domain/memory/audit.ts';
import { keepingOutside } from '../../domain/overlap/outside-beforehand.ts';
import { isAnyAtHostsOfItsOwn } from '../../domain/overlap/own-hosts.ts';
import { settlingAfterAll } from '../../domain/overlap/settling.ts';
import { keptBeforeIn } from '../../domain/witnesses/looked-at-again.ts';
import type { Manifests } from '../aws/manifests.ts';
import { lookAtUntold } from '../hosts/after-the-cut/look-at-untold.ts';
import type { ProvingPorts } from '../hosts/proving.ts';
import { recordingVerdicts } from '../hosts/recording-verdicts.ts';
import { orSuperseded } from '../table/superseded.ts';
import type { Verdicts } from '../table/verdicts.ts';

type Ports = ProvingPorts & { manifests: Manifests; verdicts: Verdicts };

type Reads = Pick<
  ScopeDocument,
  'execution' | 'evidence' | 'plan' | 'begin' | 'verification' | 'deactivation' | 'lease'
> & { confirmations: NonNullable<ScopeDocument['confirmations']> };

/**
 * Sums up the looks at all shards: the cut is confirmed when each shard is. The trail has the refused old
 * leaves in each shard's own line. A shard may have no old leaf that could show the cut. It could then not
 * tell whether the cut had reached the hosts, however long it waited. It is looked at once more after the
 * other shards have seen the refusal.
 */
export async function confirmedByAll(ports: Ports, input: Reads): Promise<Confirmation> {
  const { leases, journal, manifests, clock } = ports;
  const { refusals = [] } = input.deactivation ?? {};
  const { well, end } = endOfAll(input.confirmations);
  const untold = well.flatMap(({ refused, isReachUnseen }, at) =>
    refused.length === 0 || isReachUnseen ? [{ at, of: well.length }] : [],
  );
  const isReached = input.evidence === 'probe' && !end.anyHalted && untold.length < well.length;
  const again = isReached ? untold : [];
  // Only the full share tells whom to look at, and which old leaves lead to the refused anchors.
  const isAsked = again.length > 0 || refusals.length > 0;
  const share = isAsked ? await manifests.share(input.plan) : input.plan;
  const plan = withoutRefused(keepingOutside(share, input.begin?.outside ?? []), refusals);
  const { scope, successions } = plan;
  await leases.demand(claimOf(input));
  const record = (told: object) => journal.record(entryOf(input, clock(), 'confirmed', { ...told }, scope));
  const about = { untold: again, keptBefore: keptBeforeIn(input) };
  const look = () => lookAtUntold(ports, { ...input, plan }, about);
  const probes = await orSuperseded(leases, claimOf(input), () => recordingVerdicts(record, look));
  // Another rotation may have taken over while hosts were asked: its cuts are not ours to forget (I12).
  if (again.length > 0) await leases.demand(claimOf(input));
  const until = well.flatMap(({ tokensUntil }) => (tokensUntil ? secondsOf(tokensUntil) : []));
  const evidence = leastOf(well) ?? input.evidence;
  const seen = {
    probes: well.reduce((sum, one) => sum + one.probes, probes),
    refused: [],
    ...(until.length > 0 && { tokensUntil: instant(Math.max(...until)) }),
  };
  const isSecond = input.begin?.settled === true;
  // A refusal at one host says nothing of another host. Some clients are looked at on hosts of their own
  // (I8).
  const isReachedForAll = isReached && (again.length === 0 || !isAnyAtHostsOfItsOwn(plan));
  const settleSeconds = isReachedForAll ? 0 : settlingAfterAll(well, { isSecond });
  if (!end.anyHalted) {
    const told = { evidence, shards: input.confirmations.length, ...seen };
    await record({ ...told, ...(settleSeconds > 0 && { settleSeconds }) });
  }
  if (!end.anyHalted && settleSeconds === 0) {
    const cut = successions.filter(({ held }) => !held);
    const isLeft = well.some((look) => look.isLeft);
    if (!isLeft) await journal.forgetCuts(cut.map(({ retiring }) => ({ scope, retiring })));
    demandTaken(refusals);
  }
  return { scope, confirmedAt: instant(clock()), evidence, ...seen, settleSeconds, ...end };
}
