import pMap from 'p-map';
import { activeIds, type ListedAnchor } from '../../../domain/anchor.ts';
import { WindlassError } from '../../../domain/errors.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import { compromisedByNow } from '../demand-trusted.ts';

/** How many certificates are read at once. */
const AT_ONCE = 5;

/**
 * Returns the anchors that were to be cut as compromised and are no longer remembered as such, by their id or
 * their key. A person has taken that back since the plan. Each has its error; the others are cut all the
 * same. Such an anchor has to soak for as long as the policy says before it is cut, which this run did not do
 * (I6, I15).
 */
export async function retractedSince(
  ports: Parameters<typeof compromisedByNow>[0],
  scope: string,
  cuts: ScopePlan['successions'],
): Promise<Map<string, WindlassError>> {
  const compromised = cuts.filter((one) => one.compromised);
  if (compromised.length === 0) return new Map();
  const isCompromised = await compromisedByNow(ports);
  const retracted = await pMap(
    compromised,
    async ({ retiring }) => ((await isCompromised(retiring).catch(asPlanned)) ? [] : [retiring]),
    { concurrency: AT_ONCE },
  );
  return new Map(retracted.flat().map((id) => [id, retractedMeanwhile(id, scope)]));
}

/**
 * Throws if a person has taken back everything that is to be done in a scope: no client is moved away from an
 * anchor that is trusted again (I6, I15). Does not throw if an earlier run's cut there still has to be
 * confirmed (I10).
 */
export function demandNotRetracted(
  { successions }: Pick<ScopePlan, 'successions'>,
  listing: readonly ListedAnchor[],
  retracted: ReadonlyMap<string, WindlassError>,
): void {
  const active = new Set(activeIds(listing));
  const isToConfirm = ({ retiring, cutBefore = false }: ScopePlan['successions'][number]): boolean =>
    cutBefore && !active.has(retiring);
  if (successions.some(isToConfirm)) return;
  const told = successions.flatMap(({ retiring }) => (active.has(retiring) ? [retracted.get(retiring)] : []));
  const [first] = told;
  if (first && told.every((one) => one !== undefined)) throw first;
}

/**
 * An anchor that cannot be read, or not now, counts as compromised, as the plan had it: an emergency's cut
 * must not wait for that (I9, I16).
 */
const asPlanned = (): true => true;

const retractedMeanwhile = (anchorId: string, scope: string): WindlassError =>
  new WindlassError(
    'CompromiseRetracted',
    `a person has taken back since the plan was made that ${anchorId} is compromised, so that nothing is done for it in ${scope}; the next run goes by when it expires, and soaks`,
  );
