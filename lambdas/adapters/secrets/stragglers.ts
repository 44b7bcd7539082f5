import pMap from 'p-map';
import type { Client } from '../../domain/client.ts';
import { isUrgent } from '../../domain/cut/urgent.ts';
import { WindlassError } from '../../domain/errors.ts';
import { firstFew } from '../../domain/first-few.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import { unprovenIn } from '../../domain/planning/reach.ts';
import { chainDigestOf, fingerprintOf } from '../x509/fingerprint.ts';
import { isSignedBelow } from '../x509/issuer.ts';
import { keyIdsAbove } from '../x509/key-ids.ts';
import { isOwnFault } from './read-clients.ts';
import type { Secrets } from './secrets.ts';

/** Digits of a leaf's fingerprint in the plans of an older version. */
const OLDER = 16;

/** Secrets that are read at once. */
const CONCURRENCY = 10;

/**
 * Throws `ClientOnRetiring` when a client that this plan does not prove runs on a retiring anchor by now. It
 * was moved there after the plan, and the cut would lock it out (I1). The signers of its leaf, and those
 * above them, tell. These clients are passed over: one whose leaf the plan has judged, one whose secret could
 * not be read then either (I17), and one that may be left behind (I6).
 */
export async function demandNoStragglers(
  secrets: Secrets,
  plan: ScopePlan,
  clients: readonly Client[],
): Promise<void> {
  const {
    scope,
    retiringIssuers = [],
    retiringKeyIds = [],
    keeping = {},
    unread = [],
    leaveBehind = [],
  } = plan;
  if (retiringIssuers.length + retiringKeyIds.length === 0) return;
  const isOnRetiring = (chain: string): boolean =>
    retiringIssuers.some((issuer) => isSignedBelow(chain, issuer)) ||
    keyIdsAbove(chain).some((keyId) => retiringKeyIds.includes(keyId));
  const isStraggler = async ({ name, secret }: Client): Promise<boolean> => {
    const current = await secrets.read(secret, 'AWSCURRENT').catch((error) => {
      if (unread.includes(name) && (isOwnFault(error) || isUrgent(plan))) return null;
      throw error;
    });
    const chain = current?.certificateChain ?? '';
    // The same leaf with another intermediate beside it leads elsewhere. A plan of an older version knows
    // only the leaf.
    const judged = [chainDigestOf(chain), fingerprintOf(chain).slice(0, OLDER)];
    return isOnRetiring(chain) && !judged.includes(keeping[name] ?? '');
  };
  const left = await pMap(
    unprovenIn(plan, clients).filter(({ name }) => !leaveBehind.includes(name)),
    async (client) => ((await isStraggler(client)) ? client.name : []),
    {
      concurrency: CONCURRENCY,
    },
  );
  const names = left.flat();
  if (names.length === 0) return;
  throw new WindlassError(
    'ClientOnRetiring',
    `${firstFew(names, 10).join(', ')} ${names.length > 1 ? 'run' : 'runs'} on an anchor that is about to be cut in ${scope}, and did not when this was planned: stage a leaf of the successor there and start a new run`,
  );
}
