import type { Clock } from '../../clock.ts';
import { instant } from '../../domain/instant.ts';
import { sinceSuccess } from '../../domain/metrics.ts';
import { emit, type Metrics } from '../aws/metrics.ts';
import type { Journal } from './journal.ts';

type Ports = { metrics: Metrics; journal: Journal; clock: Clock };

/**
 * Emits the time since the last success. Called at every sweep, whatever else there is to say: a metric that
 * is never emitted rings no alarm.
 */
export const emitSinceSuccess = ({ metrics, journal, clock }: Ports): Promise<void> =>
  emit(metrics, async () => {
    const now = clock();
    return [sinceSuccess((await journal.lastSuccess())?.at ?? instant(now), now)];
  });
