import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Finding, ViolationKind } from '../../log/findings.ts';
import { judgeClaim } from '../lease.ts';
import { judgePlanned } from '../planned.ts';
import { judgeProof } from '../proofs/proof.ts';
import { judgeSoak } from '../soak.ts';
import type { JudgeContext, TrustEvent } from '../watch.ts';
import { lockedOutBy } from './locked-out.ts';
import { shutOutBy } from './own-way-in.ts';
import { judgeToggle } from './scopes.ts';

/** Judges what one toggle call of ours did to everybody, right before it is replayed. */
export function judgeTrust(
  change: TrustEvent,
  context: JudgeContext,
): { findings: Finding[]; window: boolean; races: number } {
  const { replay } = context;
  const { at, by, scope, active, anchorIds } = change;
  const seen = typeof by === 'object' ? replay.state.invocations.get(by.invocation) : undefined;
  const what = `${active ? 'activate' : 'deactivate'} ${anchorIds.join(' ')} in ${scope}`;
  const claim = judgeClaim(seen, { at, what }, replay);
  const harm = [
    ...judgeToggle(change, context),
    ...lockedOutBy(change, context),
    ...shutOutBy(change, seen, context),
  ];
  // A step decides by its latest listing. Nobody could know what an outsider did after it.
  const lag = 1000 * (context.scenario.faultRates.propagation.listings + 1);
  // The organization's anchors decide as well whether a project is enforced.
  const raced = [scope, ORGANIZATION].some((place) => {
    const listed = seen?.listed.get(place);
    return listed !== undefined && (replay.state.outsiderAt.get(place) ?? 0) > listed - lag;
  });
  const planned = judgePlanned(change, seen, context);
  // An undo takes back a successor. That is no cut, so nothing has to succeed it (F16).
  const isTakenBack = !active && seen?.step === 'undo';
  const cut = () => [...planned, ...judgeSoak(change, seen, context), ...judgeProof(change, seen, context)];
  const rules = active ? planned : isTakenBack ? planned.filter(({ kind }) => kind === 'held') : cut();
  const excusable: readonly ViolationKind[] = [
    'lockout',
    'enforcementLost',
    'enforcementGained',
    'successorMissing',
  ];
  const findings = [...harm, ...rules];
  const excused = raced ? findings.filter(({ kind }) => excusable.includes(kind)) : [];
  return {
    findings: [...claim.finding, ...findings.filter((finding) => !excused.includes(finding))],
    window: claim.window,
    races: excused.length,
  };
}
