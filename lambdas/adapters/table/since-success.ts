import type { Clock } from '../../clock.ts';
import { instant } from '../../domain/instant.ts';
import { sinceSuccess } from '../../domain/metrics.ts';
import { emit, type Metrics } from '../aws/metrics.ts';
import type { Journal } from './journal.ts';

type Ports = { metrics: Metrics; journal: Journal; clock: Clock };

/** At every sweep, whatever else there is to say: what is never emitted rings no alarm. */
export const emitSinceSuccess = ({ metrics, journal, clock }: Ports): Promise<void> =>
  emit(metrics, async () => {
    const now = clock();
    return [sinceSuccess((await journal.lastSuccess())?.at ?? instant(now), now)];
  });
