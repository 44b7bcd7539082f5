/** Takes one call, or says in how many seconds to come again (F12); null where it is taken. */
export type CallBudget = () => number | null;

/**
 * So many calls a minute, evenly: a second's worth may come at once, and what has not been used is lost. `now` is in
 * milliseconds.
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
