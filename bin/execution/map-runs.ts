import { DescribeMapRunCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';

/** How many scopes of a wave have gone through one phase. Each scope has an execution of its own. */
export type ScopeCounts = { state: string; total: number; done: number; running: number; failed: number };

/**
 * Follows the distributed Maps of one execution by its history. The history does not hold the scopes' own
 * states.
 */
export function mapRuns() {
  let state = '';
  let open: string | null = null;
  return {
    /** Takes one event. Events have to come in their order. */
    event({ type, stateEnteredEventDetails, mapRunStartedEventDetails }: HistoryEvent): void {
      if (type === 'MapStateEntered') state = stateEnteredEventDetails?.name ?? '';
      if (mapRunStartedEventDetails?.mapRunArn) open = mapRunStartedEventDetails.mapRunArn;
      if (/^MapRun(Succeeded|Failed|Aborted)$/.test(type ?? '')) open = null;
    },
    /**
     * The counts of the Map that runs. Null when none runs or AWS does not answer: the counts are only shown,
     * and decide nothing.
     */
    async counts(client: SFNClient, abortSignal: AbortSignal): Promise<ScopeCounts | null> {
      if (open === null) return null;
      try {
        const { itemCounts: counts } = await client.send(new DescribeMapRunCommand({ mapRunArn: open }), {
          abortSignal,
        });
        if (!counts) return null;
        const { total = 0, succeeded: done = 0, running = 0, failed = 0, aborted = 0, timedOut = 0 } = counts;
        return { state, total, done, running, failed: failed + aborted + timedOut };
      } catch {
        return null;
      }
    },
  };
}
