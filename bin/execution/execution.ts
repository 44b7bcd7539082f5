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
 * Starts the state machine with the request as its input and returns the execution's ARN. Throws
 * `InvalidInput` with AWS's message when nothing was started. Throws `ApiUnavailable` when it is unknown
 * whether it was started.
 */
export async function startExecution(client: SFNClient, machine: string, request: Request): Promise<string> {
  const input = JSON.stringify(inputOf(request));
  // A name makes the start idempotent: when an answer is lost, the SDK's retry starts no second rotation.
  const name = `windlass-${request.mode}-${randomUUID()}`;
  try {
    const started = await client.send(new StartExecutionCommand({ stateMachineArn: machine, name, input }));
    return started.executionArn ?? '';
  } catch (error) {
    // The name is random, so an earlier attempt of the SDK has started this execution, and it has ended
    // since.
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
  /** Receives each history event once, in order. */
  event: (event: HistoryEvent) => void;
  /** Receives how many scopes of the current wave are done, whenever that has changed. */
  scopes: (counts: ScopeCounts) => void;
  /** Step Functions could not be reached. It is asked again. */
  lost: (reason: string) => void;
};

/**
 * Watches an execution to its end and returns its last description. Waits through outages and throttling: a
 * soak lasts longer than either. Throws `ApiRefused` when AWS refuses to answer, and the signal's reason when
 * aborted.
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
      // Describe first: the history that is read afterwards then includes everything up to the end that the
      // description tells.
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

/** Socket errors that occur before the request has left this machine. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/;

const SHORTEST = 500;
const LONGEST = 5_000;

/**
 * Returns the events after the one with id `seen`. Reads backwards from the end, so that a long history is
 * not read anew each time.
 */
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
