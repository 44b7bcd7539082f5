import type * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { proveCut, type SeenAfterCut } from './adapters/hosts/after-the-cut/prove-cut.ts';
import { tellingMisplaced } from './adapters/hosts/misplaced/own-project.ts';
import { type ProvingPorts, provingPortsFromEnvironment } from './adapters/hosts/proving.ts';
import { recordingVerdicts } from './adapters/hosts/recording-verdicts.ts';
import { confirmedByAll } from './adapters/shards/confirmed-by-all.ts';
import { judgedElsewhere } from './adapters/table/judged-elsewhere.ts';
import { orSuperseded } from './adapters/table/superseded.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { tokensUntil } from './domain/cut/exchange.ts';
import { evidenceIn, noting } from './domain/cut/excuse.ts';
import { demandTaken, withoutRefused } from './domain/cut/refusals.ts';
import { inShard } from './domain/cut/shards.ts';
import { type Confirmation, confirmationSchema, scopeDocumentSchema } from './domain/document.ts';
import { asTold, firstFew } from './domain/first-few.ts';
import { instant } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { keepingOutside } from './domain/overlap/outside-beforehand.ts';
import { settlingAfter } from './domain/overlap/settling.ts';
import { aroundTheCut } from './domain/planning/reach.ts';
import { keptBeforeIn } from './domain/witnesses/looked-at-again.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema.pick({
  execution: true,
  evidence: true,
  plan: true,
  begin: true,
  verification: true,
  deactivation: true,
  lease: true,
  shard: true,
  confirmations: true,
});

type Reads = z.infer<typeof reads>;

type Ports = ProvingPorts & { manifests: Manifests; verdicts: Verdicts };

/**
 * Proves after the cut that a scope's clients still get in, and that the retiring leaf no longer does (I10).
 * A witness whose leaf also led to the cut anchor is looked at again, because only now the successor's filter
 * alone decides (F16). A witness whose leaf leads to a held anchor is only reported.
 *
 * If nothing shows that hosts have heard of the cut, affected clients are looked at again for 90 seconds, and
 * once more minutes later. Until then, and until every shard has been looked at, the cut stays remembered as
 * unconfirmed.
 *
 * At the end, throws what the API said of an anchor that it did not deactivate. That anchor does not keep the
 * other cuts unconfirmed (I17).
 */
export async function confirm(ports: Ports, input: Reads): Promise<Confirmation> {
  const { leases, journal, clock } = ports;
  if (input.confirmations) return confirmedByAll(ports, { ...input, confirmations: input.confirmations });
  const { evidence, shard } = input;
  const { refusals = [] } = input.deactivation ?? {};
  const share = await ports.manifests.share(input.plan);
  const whole = inShard(keepingOutside(share, input.begin?.outside ?? []), shard);
  const plan = aroundTheCut(withoutRefused(whole, refusals));
  const { scope } = plan;
  const successions = plan.successions.filter(({ held }) => !held);
  const named = plan.evidence ?? evidence;
  const record = (seen: object) =>
    journal.record(
      entryOf(input, clock(), 'confirmed', { evidence: named, ...(shard && { shard }), ...seen }, scope),
    );
  const confirmedNow = () => ({ scope, confirmedAt: instant(clock()) });
  // Starts now, to run while the first secrets are read. The catch only avoids an unhandled rejection: `left`
  // is awaited below.
  const left =
    evidence === 'probe' ? judgedElsewhere(ports.verdicts, { ...input, plan }) : Promise.resolve([]);
  left.catch(() => {});
  const isSecond = input.begin?.settled === true;
  const about = {
    judgedElsewhere: left,
    keptBefore: keptBeforeIn(input),
    cut: input.deactivation,
    isSecond,
    tell: tellingMisplaced(ports.verdicts, input.execution, plan, { isMoved: true }),
  };
  const proof = () => recordingVerdicts(record, () => proveCut(ports, plan, about));
  const look = async (): Promise<SeenAfterCut> =>
    evidence === 'probe'
      ? orSuperseded(leases, claimOf(input), proof)
      : { probes: 0, refused: [], excused: [], unshown: [], unwitnessed: [] };
  const { excused, unshown, unwitnessed, isReachUnseen, ...looked } = await look();
  // A person with a leaked key may have got a token in the name of any keyless client, not only of the
  // clients that were looked at here (F17).
  const isLeaked = successions.some(({ compromised }) => compromised);
  const seen = { ...(isLeaked && { tokensUntil: tokensUntil(clock()) }), ...looked };
  const elsewhere = await left;
  const settleSeconds = settlingAfter(plan, { isUnheard: isReachUnseen === true, isSecond });
  const shown = { evidence: evidenceIn(plan, excused, named) };
  // Another rotation may have taken over: its cuts are not ours to forget.
  await leases.demand(claimOf(input));
  // The trail comes before `forgetCuts`: a cut that is forgotten but not recorded would be confirmed in no
  // record.
  await record({
    ...{ ...shown, ...seen, ...noting(excused) },
    ...(unshown.length > 0 && { unshown: asTold(unshown) }),
    ...(isReachUnseen && { isReachUnseen }),
    ...(settleSeconds > 0 && { settleSeconds }),
    ...(unwitnessed.length > 0 && { unwitnessed: asTold(unwitnessed) }),
    ...(elsewhere.length > 0 && { judgedElsewhere: elsewhere }),
  });
  const { tokenRefusals: _, ...fewer } = seen;
  // These old leaves are left to projects that list themselves, and such a project has not yet said that it
  // cuts. This cut is the only memory of them, so it stays until the whole run has ended well (I10).
  const isLeft = plan.leavesToOwnListings === true && elsewhere.length > 0;
  if (shard)
    return {
      ...{ ...confirmedNow(), ...shown, ...fewer, refused: firstFew(seen.refused, 5) },
      ...(isLeft && { isLeft }),
      ...(isReachUnseen && { isReachUnseen }),
      settleSeconds,
    };
  const told = { ...confirmedNow(), ...shown, ...seen, refused: asTold(seen.refused), settleSeconds };
  // Hosts may not have heard of the cut, and may turn a client away once they have. The scope is looked at
  // once more before the cut is forgotten.
  if (settleSeconds > 0) return told;
  if (!isLeft) await journal.forgetCuts(successions.map(({ retiring }) => ({ scope, retiring })));
  demandTaken(refusals);
  return { ...told, ...confirmedNow() };
}

export const handler = step(
  'confirm',
  {
    reads,
    writes: confirmationSchema,
    ports: () => ({
      ...provingPortsFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      verdicts: verdictsFromEnvironment(),
    }),
  },
  confirm,
);
