import type { ClientCredential } from '../../../lambdas/adapters/secrets/client-credential.ts';
import { inspectLeaf } from '../../../lambdas/adapters/x509/leaf.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { day } from '../../terminal/dates.ts';
import { type Finding, failed, ok, warning } from '../finding.ts';

/** An anchor with its certificate, and its name where it has one. */
export type KnownAnchor = { anchorId: string; pem: string };

/** What is to be said of one leaf and its chain, held against the anchors; `secret` is where it is, and `unprobed` where no host is asked about it before its client is moved to it. */
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
  return [
    ok(
      about,
      `its leaf loads, and leads to ${chainsTo.join(', ')} until ${day(instant(Math.max(...until)))}`,
    ),
  ];
}
