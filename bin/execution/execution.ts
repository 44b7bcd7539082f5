import { randomUUID } from 'node:crypto';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { awsReason } from '../account/aws-reason.ts';
import { isPassing } from '../account/passing.ts';
import { pause } from '../terminal/pause.ts';
import { mapRuns, type ScopeCounts } from './map-runs.ts';
import { inputOf } from './request-options.ts';

/**
 * Starts the state machine with the request as its input; gives the execution's ARN. Throws `InvalidInput` with what AWS
 * said when nothing was started, and `ApiUnavailable` when nobody knows.
 */
export async function startExecution(client: SFNClient, machine: string, request: Request): Promise<string> {
  const input = JSON.stringify(inputOf(request));
  // A name makes the start idempotent: the SDK may repeat it after a lost answer without a second rotation.
  const name = `windlass-${request.mode}-${randomUUID()}`;
  try {
    const started = await client.send(new StartExecutionCommand({ stateMachineArn: machine, name, input }));
    return started.executionArn ?? '';
  } catch (error) {
    // Nobody else has this name: an earlier attempt of the SDK has started it, and it has ended since.
    if (Object(error).name === 'ExecutionAlreadyExists')
      return `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
    const reason = await awsReason(error);
    if (!isPassing(error) || NEVER_SENT.test(reason))
      throw new WindlassError('InvalidInput', `nothing was started: ${reason}`, { cause: error });
    throw new WindlassError(
      'ApiUnavailable',
      `look whether it was started before you start it again, for the answer never came: ${reason} (its name would be ${name})`,
      { cause: error },
    );
  }
}

export type Watcher = {
  /** Each history event once, in order. */
  event: (event: HistoryEvent) => void;
  /** How far the scopes of the wave are that is under way, when that has changed. */
  scopes: (counts: ScopeCounts) => void;
  /** Step Functions could not be reached; it is asked again. */
  lost: (reason: string) => void;
};

/**
 * Watches an execution to its end and gives its last description. Outages and throttling are waited out, for a soak
 * lasts longer than either. Throws `ApiRefused` when AWS refuses to tell, and the signal's reason when aborted.
 */
export async function follow(
  client: SFNClient,
  executionArn: string,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<DescribeExecutionOutput> {
  let seen = 0;
  const maps = mapRuns();
  let told = '';
  for (let wait = SHORTEST; ; wait = Math.min(wait * 1.5, LONGEST)) {
    try {
      // Described first: the history read after it then holds everything up to the end it tells of.
      const described = await client.send(new DescribeExecutionCommand({ executionArn }), {
        abortSignal: signal,
      });
      const events = await eventsSince(client, executionArn, seen, signal);
      for (const event of events) {
        maps.event(event);
        watcher.event(event);
      }
      const counts = await maps.counts(client, signal);
      if (counts && JSON.stringify(counts) !== told) watcher.scopes(counts);
      told = JSON.stringify(counts);
      if (events.length > 0) wait = SHORTEST;
      seen = events.at(-1)?.id ?? seen;
      if (described.status !== 'RUNNING') return described;
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) throw new WindlassError('ApiRefused', await awsReason(error), { cause: error });
      watcher.lost(await awsReason(error));
    }
    await pause(wait, signal);
  }
}

/** Socket errors that come before a request has left this machine. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/;

const SHORTEST = 500;
const LONGEST = 5_000;

/** History is read from its end, so that a long one is not read again and again. */
async function eventsSince(
  client: SFNClient,
  executionArn: string,
  seen: number,
  abortSignal: AbortSignal,
): Promise<HistoryEvent[]> {
  const fresh: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100, nextToken }),
      { abortSignal },
    );
    const events = page.events ?? [];
    fresh.push(...events.filter(({ id = 0 }) => id > seen));
    nextToken = events.some(({ id = 0 }) => id <= seen) ? undefined : page.nextToken;
  } while (nextToken);
  return fresh.reverse();
}
