import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario, ScenarioEvent } from '../../simulation/organizations/scenario.ts';

const [HOUR, DAY] = [3_600, 86_400];

/** `isQuiet`: nothing else goes wrong, because other trouble would mostly prevent the cut. */
type Told = Partial<Pick<Scenario, 'admin'>> & { events: ScenarioEvent[]; isQuiet?: boolean };

/**
 * In a share of the seeds whose organization enforces, the admin credential presents a certificate of its own
 * (F10). Mostly it belongs to an anchor that is about to retire. In most seeds an operator puts one of the
 * successor into the admin secret, once the successor is trusted. In some, a person puts one of the retiring
 * anchor there for a while, perhaps during the soak. In the others nothing happens until the calls are
 * refused.
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
  if (retiring.length === 0) return { events: [] };
  if (!chance.happens(0.14)) return byTurns(seed, trusted, { policy, start, calm });
  const { id: old } = chance.pick(retiring);
  const others = trusted.filter(({ id }) => id !== old);
  const isMovedBack = others.length > 0 && chance.happens(0.6);
  const anchor = isMovedBack ? chance.pick(others).id : old;
  const admin = { anchor, ...(chance.happens(0.2) && { intermediate: true }) };
  if (!isMovedBack && chance.happens(0.3)) return { admin, events: [] };
  // The first run activates the successor soon, and cuts the old anchor when the soak is over.
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

/**
 * In a few of the other seeds two programs change the admin secret by turns, every day. One puts in a
 * certificate of the first anchor to retire, at about the hour at which the soak of a daily run ends. The
 * other takes it out again. No plan has seen that certificate, so the cut has to see it.
 */
function byTurns(
  seed: number,
  trusted: Scenario['anchors'],
  { policy, start, calm }: Pick<Scenario, 'policy' | 'start' | 'calm'>,
): Told {
  const chance = chanceAt(seed, 'admin certificate by turns');
  const [old, ...others] = trusted.toSorted((a, b) => a.expiresAt - b.expiresAt);
  const last = others.at(-1);
  const ends = policy.soak % DAY;
  if (!chance.happens(0.06) || !old || !last || ends < 3 * HOUR || ends > DAY - 3 * HOUR)
    return { events: [] };
  const turns: ScenarioEvent[] = [];
  for (let day = start, nth = 1; day + ends + 2 * HOUR < calm; day += DAY, nth++)
    turns.push(
      { id: `admin back ${nth}`, at: day + ends - 2 * HOUR, kind: 'admin', anchor: old.id },
      { id: `admin ${nth}`, at: day + ends + 2 * HOUR, kind: 'admin' },
    );
  return { admin: { anchor: last.id }, isQuiet: true, events: turns };
}
