import { digestInId } from '../../../lambdas/domain/memory/named-key.ts';
import type { LeafState } from '../../log/invocation-record.ts';
import { leafNamed } from '../../organizations/leaves/leaf-names.ts';
import { type JudgeContext, namedIn } from '../watch.ts';

type Seen = { leaves: ReadonlyMap<string, LeafState>; existing: { has(id: string): boolean } };

/**
 * Whether an anchor vouches for a key that was named, by a certificate behind it in its upload or by one that
 * a client sends along (I15). Where such an anchor is active, a leaf of that key gets in by it.
 */
export function vouchesFor(
  id: string,
  { leaves, existing }: Seen,
  isNamed: (id: string) => boolean,
  { rules, scenario }: Pick<JudgeContext, 'rules' | 'scenario'>,
): boolean {
  const uploaded = scenario.anchors.some(
    (one) => one.bundled && existing.has(one.id) && rules.sameAuthority(one.id, id) && isNamed(one.bundled),
  );
  const sent = [...leaves.values()].flatMap(({ AWSCURRENT, AWSPENDING }) => [AWSCURRENT, AWSPENDING]);
  return (
    uploaded ||
    sent.some((version) => letsInBy(version, id, isNamed, rules)) ||
    certifiesNamed(id, leaves, isNamed, rules)
  );
}

/**
 * Whether an anchor has certified a CA whose key was named, by a chain in some secret (I15). Whoever has
 * that key can send the chain along.
 */
export const certifiesNamed = (
  id: string,
  leaves: Seen['leaves'],
  isNamed: (id: string) => boolean,
  rules: JudgeContext['rules'],
): boolean =>
  [...leaves.values()].some(({ AWSCURRENT, AWSPENDING, AWSPREVIOUS = null }) =>
    [AWSCURRENT, AWSPENDING, AWSPREVIOUS].some((version) => {
      const key = version && rules.issuerKey(version);
      return key && isNamed(key) && rules.leadingTo(version).includes(id);
    }),
  );

/**
 * The leaves that a run could see, with those that an earlier run has seen since their key was named. A chain
 * that was seen once may be in the hands of the key's holder, wherever it lies by now.
 */
export function leavesKnown(
  leaves: Seen['leaves'],
  { rules, replay: { state } }: Pick<JudgeContext, 'replay' | 'rules'>,
): ReadonlyMap<string, LeafState> {
  const isKnown = ([version, seenAt]: [string, number]): boolean =>
    (state.compromised.get(rules.issuerKey(version) ?? '') ?? seenAt) < seenAt;
  const known = [...state.everSeen].filter(isKnown);
  const alone = known.map(([version]): [string, LeafState] => [
    version,
    { AWSCURRENT: version, AWSPENDING: null },
  ]);
  return new Map([...leaves, ...alone]);
}

/**
 * Whether a run has planned with a named key of a CA that was never uploaded. Its own request names the key,
 * or another named it before any attempt at its plan.
 */
export function knowsKey(id: string, execution: string, { state }: JudgeContext['replay']): boolean {
  if (digestInId(id) === undefined) return false;
  const [began] = state.plans.get(execution) ?? [];
  const isKnown = began !== undefined && (state.compromised.get(id) ?? began.at) < began.at;
  return isKnown || (state.compromised.has(id) && namedIn(state.requests.get(execution)).includes(id));
}

/** Whether a leaf's chain carries a certificate by which an anchor vouches for a named key. */
export function letsInBy(
  version: string | null,
  id: string,
  isNamed: (id: string) => boolean,
  rules: JudgeContext['rules'],
): boolean {
  const { anchor, by } = leafNamed(version ?? '');
  return by !== undefined && rules.sameAuthority(by, id) && isNamed(anchor);
}
