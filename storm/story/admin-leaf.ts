import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario, ScenarioEvent } from '../../simulation/organizations/scenario.ts';

const [HOUR, DAY] = [3_600, 86_400];

/** `isQuiet`: nothing else goes wrong, which would seldom let it come to a cut. */
type Told = Partial<Pick<Scenario, 'admin'>> & { events: ScenarioEvent[]; isQuiet?: boolean };

/**
 * In a share of the seeds whose organization enforces, the admin credential presents a certificate of its own (F10), mostly of an anchor that
 * is about to retire. In most an operator puts one of the successor into the admin secret one day, once it is trusted. In some somebody
 * puts one of the retiring anchor there for a while, be it in the soak. In the others nobody does anything until the calls are refused.
 */
export function adminLeaf(
  seed: number,
  { anchors, policy, start, calm }: Pick<Scenario, 'anchors' | 'policy' | 'start' | 'calm'>,
): Told {
  const chance = chanceAt(seed, 'admin certificate');
  const trusted = anchors.filter(
    ({ activeIn, validAt, expiresAt }) =>
      activeIn.includes(ORGANIZATION) && validAt <= start && expiresAt > start + DAY,
  );
  const retiring = trusted.filter(({ generation }) => generation === 0);
  if (!chance.happens(0.14) || retiring.length === 0) return { events: [] };
  const { id: old } = chance.pick(retiring);
  const others = trusted.filter(({ id }) => id !== old);
  const isMovedBack = others.length > 0 && chance.happens(0.6);
  const anchor = isMovedBack ? chance.pick(others).id : old;
  const admin = { anchor, ...(chance.happens(0.2) && { intermediate: true }) };
  if (!isMovedBack && chance.happens(0.3)) return { admin, events: [] };
  // What the first run activates is trusted soon, and cut when the soak is over.
  const back = start + chance.between(HOUR, Math.max(2 * HOUR, policy.soak));
  const first = isMovedBack
    ? start + policy.soak + chance.between(HOUR, 2 * DAY)
    : start + chance.between(HOUR, chance.pick([2 * HOUR, 5 * DAY]));
  const renewals: ScenarioEvent[] = [];
  for (let at = first, nth = 1; at < calm; at += DAY, nth++)
    renewals.push({ id: `admin ${nth}`, at, kind: 'admin' });
  const moved: ScenarioEvent = { id: 'admin back', at: back, kind: 'admin', anchor: old };
  return {
    admin,
    isQuiet: isMovedBack,
    events: [...(isMovedBack && back < calm ? [moved] : []), ...renewals],
  };
}
