import type { ScenarioAnchor } from '../../organizations/scenario.ts';
import type { JudgeContext } from '../watch.ts';
import type { Moment } from './moment.ts';

type Context = JudgeContext & { by: 'some' | 'every' };

/** What is staged for the clients that run on the retiring anchor. */
const stagedOn = (retiring: string, { leaves }: Moment, { rules }: JudgeContext): (string | null)[] =>
  [...leaves.values()].flatMap(({ AWSCURRENT, AWSPENDING }) =>
    rules.issuersOf(AWSCURRENT).includes(retiring) ? [AWSPENDING] : [],
  );

/**
 * Whether some client can leave a retiring anchor for this one, by a leaf that
 * lasts as long as it is relied on.
 */
export function isWayOut(retiring: string, id: string, moment: Moment, context: Context): boolean {
  const { rules, scenario, by } = context;
  const { soak, safetyMargin } = scenario.policy;
  const ends = (one: string): number => rules.anchor(one)?.expiresAt ?? 0;
  const cut = Math.max(moment.at, Math.min(moment.at + soak, ends(retiring) - safetyMargin));
  const until = cut + safetyMargin + (by === 'some' ? -rules.TOLERANCE : rules.TOLERANCE);
  return (
    ends(id) > until &&
    stagedOn(retiring, moment, context).some(
      (version) => rules.chainOf(version).includes(id) && rules.endOf(version) > until,
    )
  );
}

/**
 * Whether a client on the retiring anchor has a leaf staged of an anchor that begins to be valid
 * well before the retiring one ends.
 */
export function isComingInstead(
  retiring: string,
  standing: readonly ScenarioAnchor[],
  moment: Moment,
  context: Context,
): boolean {
  const { rules, scenario, by } = context;
  const slack = by === 'some' ? -rules.TOLERANCE : rules.TOLERANCE;
  const last = (rules.anchor(retiring)?.expiresAt ?? 0) - scenario.policy.safetyMargin;
  const staged = stagedOn(retiring, moment, context);
  return standing.some(
    ({ id, validAt }) =>
      validAt > moment.at - slack &&
      validAt < last + slack &&
      staged.some((version) => rules.issuersOf(version).includes(id)) &&
      rules.mayReplace(retiring, id, validAt, { since: moment.since }),
  );
}
