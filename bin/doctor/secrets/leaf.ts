import type { ClientCredential } from '../../../lambdas/adapters/secrets/client-credential.ts';
import { inspectLeaf } from '../../../lambdas/adapters/x509/leaf.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { day } from '../../terminal/dates.ts';
import { type Finding, failed, ok, warning } from '../finding.ts';

/** An uploaded anchor and its certificate. */
export type KnownAnchor = { anchorId: string; pem: string };

/**
 * The share of a leaf's lifetime below which a warning comes. Automatic renewal happens earlier than that,
 * however short the lifetime is.
 */
const LITTLE = 0.2;

/**
 * The findings for one leaf and its chain, checked against the anchors. `secret` is the secret that holds it.
 * `unprobed` means that no host is asked about it before its client is moved to it.
 */
export function leafFindings(
  about: Pick<Finding, 'check' | 'subject'>,
  credential: ClientCredential,
  anchors: readonly KnownAnchor[] | null,
  { secret, now, unprobed }: { secret: string; now: number; unprobed: boolean },
): Finding[] {
  const facts = inspectLeaf(credential, anchors ?? [], now, { unprobed });
  const { problems, chainsTo, validUntil, pathProblems } = facts;
  const mend = `Put a leaf into ${secret} that is valid, fit for client authentication, and goes with its key.`;
  if (problems.length > 0)
    return problems.map((problem) => failed(about, `secret ${secret}: ${problem}`, mend));
  if (anchors === null)
    return [ok(about, 'well-formed, and its leaf loads; to which anchor it leads was not looked at')];
  if (chainsTo.length === 0)
    return [
      warning(
        about,
        'its leaf loads, and leads to no anchor that is uploaded',
        `Upload the CA that issued it, or add its intermediates to the chain in ${secret}.`,
      ),
    ];
  const dead = Object.values(pathProblems);
  const until = Object.values(validUntil);
  if (until.length === 0)
    return dead.map((problem) =>
      failed(
        about,
        `secret ${secret}: ${problem}`,
        `Put a leaf into ${secret} whose whole chain is valid now.`,
      ),
    );
  const ends = Math.max(...until);
  const seen = `its leaf loads, and leads to ${chainsTo.join(', ')} until ${day(instant(ends))}`;
  const began = facts.beginsAt ?? now;
  if (ends - now >= (ends - began) * LITTLE) return [ok(about, seen)];
  return [
    warning(
      about,
      `${seen}: less than a fifth of its time is left`,
      `Put a new leaf into ${secret} before that. Windlass moves a client only when its anchor is succeeded.`,
    ),
  ];
}
