import { DescribeMapRunCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';

/** How far the scopes of a wave are that go through one phase, each in an execution of its own. */
export type ScopeCounts = { state: string; total: number; done: number; running: number; failed: number };

/** Follows the distributed Maps of one execution by its history: the scopes' own states are not in there. */
export function mapRuns() {
  let state = '';
  let open: string | null = null;
  return {
    /** Takes note of one event, in their order. */
    event({ type, stateEnteredEventDetails, mapRunStartedEventDetails }: HistoryEvent): void {
      if (type === 'MapStateEntered') state = stateEnteredEventDetails?.name ?? '';
      if (mapRunStartedEventDetails?.mapRunArn) open = mapRunStartedEventDetails.mapRunArn;
      if (/^MapRun(Succeeded|Failed|Aborted)$/.test(type ?? '')) open = null;
    },
    /** The counts of the Map that runs; null where none does, and where AWS does not say: they decide nothing. */
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
