import type { LeafState } from '../../log/invocation-record.ts';
import { leafNamed } from '../../organizations/leaves/leaf-names.ts';
import type { JudgeContext } from '../watch.ts';

type Seen = { leaves: ReadonlyMap<string, LeafState>; existing: { has(id: string): boolean } };

/**
 * I15: whether an anchor vouches for a key that was named, by a certificate behind it in its upload, or by one that a client sends along:
 * where it is active, a leaf of that key gets in by it.
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
  return uploaded || sent.some((version) => letsInBy(version, id, isNamed, rules));
}

/** Whether a leaf's chain carries a certificate by which an anchor vouches for one that is named. */
export function letsInBy(
  version: string | null,
  id: string,
  isNamed: (id: string) => boolean,
  rules: JudgeContext['rules'],
): boolean {
  const { anchor, by } = leafNamed(version ?? '');
  return by !== undefined && rules.sameAuthority(by, id) && isNamed(anchor);
}
