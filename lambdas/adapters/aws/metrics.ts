import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { DIMENSION, type Metric, NAMESPACE, units } from '../../domain/metrics.ts';
import { organizationFromEnvironment } from '../environment.ts';

/** Where a step's numbers go. */
export interface Metrics {
  emit(metrics: readonly Metric[]): void;
}

/**
 * Emits the metrics that `measure` returns, and swallows every error. A number decides nothing, so no
 * rotation may halt for it. The alarm for runs that do not succeed reads the machine's own metrics.
 */
export async function emit(
  metrics: Metrics,
  measure: () => readonly Metric[] | Promise<readonly Metric[]>,
): Promise<void> {
  try {
    const measured = await measure();
    if (measured.length > 0) metrics.emit(measured);
  } catch {
    // No caller could do better, and CloudWatch shows that the metric is missing.
  }
}

/**
 * Writes metrics as lines of the function's log, from which CloudWatch makes them: there is no call that
 * could be refused or waited for.
 */
export function loggedMetrics(organization: () => string): Metrics {
  let powertools: Powertools | undefined;
  return {
    emit(metrics) {
      powertools ??= metricsOf(organization());
      for (const { name, value } of metrics) powertools.addMetric(name, units[name], value);
      powertools.publishStoredMetrics();
    },
  };
}

/**
 * Returns the metrics of the organization that the environment names. The name is looked up at first use, so
 * that it fails no step.
 */
export const metricsFromEnvironment = (): Metrics => loggedMetrics(organizationFromEnvironment);

function metricsOf(organization: string): Powertools {
  const powertools = new Powertools({ namespace: NAMESPACE });
  // Powertools adds a dimension of its own, and an alarm finds a metric only by all of its dimensions.
  powertools.clearDefaultDimensions();
  powertools.setDefaultDimensions({ [DIMENSION]: organization });
  return powertools;
}
