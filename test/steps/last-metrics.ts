import type { Metric } from '../../lambdas/domain/metrics.ts';

/** Returns the last value of each metric, and the port that collects them. */
export function lastMetrics() {
  const seen: Record<string, number> = {};
  const metrics = {
    emit(all: readonly Metric[]) {
      for (const { name, value } of all) seen[name] = value;
    },
  };
  return { seen, metrics };
}
