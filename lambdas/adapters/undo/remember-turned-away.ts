import pMap from 'p-map';
import { activeIds, otherScope } from '../../domain/anchor.ts';
import { turnedAwayIn, withTurnedAway } from '../../domain/cut/turned-away.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import { instant } from '../../domain/instant.ts';
import { claimOf } from '../../domain/memory/audit.ts';
import type { Manifests } from '../aws/manifests.ts';
import type { Certificates } from '../openai/certificates.ts';
import type { TogglePorts } from '../openai/toggle.ts';

/**
 * Halts after which a cut has turned clients away, or may have. A witness that gets in ends its scope before
 * every shard has had its second look.
 */
const TURNING_AWAY = ['SuccessorRefused', 'TrustWidened'];

type Halted = Pick<ScopeDocument, 'execution' | 'plan' | 'lease'> & { halt: { Error: string } };

/**
 * Remembers which leaves were refused after a cut that is put back: the same cut for the same leaf would be
 * undone again after every soak. It runs only once the clients are in again, because the trail of a long run
 * takes a while to read (I10). An anchor that somebody has deactivated meanwhile did not turn the client
 * away, and does not count. Safe to run twice.
 */
export async function rememberTurnedAway(
  { certificates, journal, leases, manifests, clock }: TogglePorts & { manifests: Manifests },
  input: Halted,
  back: readonly string[],
): Promise<void> {
  if (!TURNING_AWAY.includes(input.halt.Error) || back.length === 0) return;
  const plan = await manifests.share(input.plan);
  const seen = turnedAwayIn(plan, await journal.ofExecution(input.execution));
  if (seen.length === 0) return;
  const active = await pMap(seen, activeAround(certificates, plan.scope), { concurrency: AT_ONCE });
  const refused = seen.filter((_, i) => active[i]);
  const marked = plan.successions
    .filter(({ retiring }) => back.includes(retiring))
    .flatMap(({ retiring, successor }) => {
      const now = refused.flatMap(({ successor: by, project: _, ...one }) => (by === successor ? [one] : []));
      return now.length === 0 ? [] : [{ retiring, successor, now }];
    });
  if (marked.length === 0) return;
  await leases.demand(claimOf(input));
  // Other scopes are put back at the same time, and add their own leaves to the same pair.
  for (const { retiring, successor, now } of marked)
    await journal.amendBegun({ retiring, successor }, (known) => {
      const begunAt = known?.begunAt ?? instant(clock());
      return { ...known, retiring, successor, begunAt, refused: withTurnedAway(known?.refused ?? [], now) };
    });
}

/** Scopes that are listed at once. */
const AT_ONCE = 10;

/**
 * Returns a function that says whether any of some anchors is active for a project, as seen from one scope.
 * It also says so when nobody can tell. Each scope is listed once.
 */
function activeAround(certificates: Certificates, scope: string) {
  const listings = new Map<string, Promise<readonly string[] | null>>();
  const activeIn = (one: string): Promise<readonly string[] | null> => {
    const known = listings.get(one) ?? certificates.list(one).then(activeIds, () => null);
    listings.set(one, known);
    return known;
  };
  return async ({ project, by }: { project: string; by: readonly string[] }): Promise<boolean> => {
    const isAny = async (one: string): Promise<boolean> => {
      const active = await activeIn(one);
      return active === null || by.some((id) => active.includes(id));
    };
    return (await isAny(scope)) || (await isAny(otherScope(scope, project)));
  };
}
