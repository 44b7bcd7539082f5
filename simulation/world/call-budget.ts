/** Takes one call and returns null, or returns in how many seconds to come again (F12). */
export type CallBudget = () => number | null;

/**
 * Returns a budget of so many calls a minute, spread evenly. A second's worth may come at once, and unused
 * calls are lost. `now` is in milliseconds.
 */
export function callBudget(perMinute: number, now: () => number): CallBudget {
  const perSecond = perMinute / 60;
  const most = Math.max(1, perSecond);
  let [left, at] = [most, now()];
  return () => {
    left = Math.min(most, left + ((now() - at) / 1_000) * perSecond);
    at = now();
    if (left < 1) return Math.max(1, Math.ceil((1 - left) / perSecond));
    left -= 1;
    return null;
  };
}
