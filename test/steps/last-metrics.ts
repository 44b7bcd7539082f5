import type { Metric } from '../../lambdas/domain/metrics.ts';

/** What each metric was at last, and the port that hears of them. */
export function lastMetrics() {
  const seen: Record<string, number> = {};
  const metrics = {
    emit(all: readonly Metric[]) {
      for (const { name, value } of all) seen[name] = value;
    },
  };
  return { seen, metrics };
}
