import pMap from 'p-map';
import { activeIds, type ListedAnchor } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import { compromisedByNow } from './demand-trusted.ts';

/** How many certificates are read at once. */
const AT_ONCE = 5;

/**
 * The anchors that were to be cut as compromised and are not remembered as such by now, by their id or their key: a person has taken that back
 * since the plan was made. Each with what it is told by, as the others are cut all the same. Nobody has shown that its clients can do without
 * it for as long as the policy says (I6, I15).
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
 * Throws what was told of the first where a person has taken back all that is to be done in a scope: nobody is moved for what is trusted again (I6, I15). What an
 * earlier run has cut there is to be confirmed all the same (I10).
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

/** What cannot be read, or not now, is what it was when it was planned: nothing keeps an emergency from its cut for that (I9, I16). */
const asPlanned = (): true => true;

const retractedMeanwhile = (anchorId: string, scope: string): WindlassError =>
  new WindlassError(
    'CompromiseRetracted',
    `a person has taken back since the plan was made that ${anchorId} is compromised, so that nothing is done for it in ${scope}; the next run goes by when it expires, and soaks`,
  );
