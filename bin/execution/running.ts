import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type ListExecutionsCommandInput,
  paginateListExecutions,
  paginateListStateMachines,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import { awsReason } from '../account/aws-reason.ts';
import type { Machine, Stack } from '../account/machine.ts';
import { type Word, wordOf } from './sentence.ts';

/** Returns the executions of a stack's machine that run now, the newest first. Throws `ApiRefused`. */
export async function runningOf(client: SFNClient, { machine }: Pick<Stack, 'machine'>): Promise<string[]> {
  const listed = await listedOf(client, { stateMachineArn: machine.arn, statusFilter: 'RUNNING' });
  return listed.flatMap(({ executionArn }) => executionArn ?? []);
}

/**
 * Returns the execution that was named, with its status. Null when only the machine was named. Throws
 * `ApiRefused`, or `InvalidInput` when there is no such execution.
 */
export async function namedIn(client: SFNClient, { execution }: Stack): Promise<Named | null> {
  if (execution === null) return null;
  const told = await describedBy(client, execution);
  if (told === null) throw noExecution(execution);
  return { execution, status: told.status ?? '' };
}

/**
 * The error for an ARN that Step Functions does not know. Step Functions keeps an execution for 90 days after
 * its end.
 */
export const noExecution = (execution: string): WindlassError =>
  new WindlassError(
    'InvalidInput',
    `Step Functions has no execution ${execution}: look at its name, or leave it out for the one that runs`,
  );

/** An execution and its status in the words of Step Functions: `RUNNING`, or how it ended. */
export type Named = { execution: string; status: string };

/** Reads pages of a list until it has `most` executions. A page may have few executions, or none. */
const listedOf = (
  client: SFNClient,
  which: ListExecutionsCommandInput,
  most = Number.POSITIVE_INFINITY,
): Promise<ExecutionListItem[]> =>
  asked(
    (async () => {
      const found: ExecutionListItem[] = [];
      for await (const { executions = [] } of paginateListExecutions({ client }, which)) {
        found.push(...executions);
        if (found.length >= most) break;
      }
      return found;
    })(),
  );

/** How many of the latest executions are searched for failed ones: a few days of sweeps and of retries. */
const RECENT = 50;

/**
 * Returns the executions of a machine that have ended and did not succeed, the newest first. `startedAt` is
 * ISO 8601. Throws `ApiRefused`.
 */
export async function failedOf(
  client: SFNClient,
  { arn: stateMachineArn }: Machine,
): Promise<{ execution: string; startedAt: string }[]> {
  const recent = await listedOf(client, { stateMachineArn, maxResults: RECENT }, RECENT);
  return recent
    .filter(({ status }) => status !== 'RUNNING' && status !== 'SUCCEEDED')
    .map(({ executionArn = '', startDate }) => ({
      execution: executionArn,
      startedAt: startDate?.toISOString() ?? '',
    }));
}

/**
 * When a machine was created (ISO 8601); empty when Step Functions does not say. A machine that is created
 * again under a deleted machine's name still lists the executions of the deleted one.
 */
export async function createdAt(client: SFNClient, { arn }: Machine): Promise<string> {
  try {
    for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
      const found = stateMachines.find(({ stateMachineArn }) => stateMachineArn === arn);
      if (found) return found.creationDate?.toISOString() ?? '';
    }
  } catch {
    // A person who named the machine by its ARN may not be allowed to list machines. Then no execution counts
    // as older than the machine.
  }
  return '';
}

/**
 * Describes an execution. Null when Step Functions does not know it, for example 90 days after its end.
 * Throws `ApiRefused`.
 */
export async function describedBy(
  client: SFNClient,
  executionArn: string,
): Promise<DescribeExecutionOutput | null> {
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (['ExecutionDoesNotExist', 'InvalidArn'].includes(Object(error).name)) return null;
    throw await refused(error);
  }
}

/**
 * Where an execution is in the sentence: the word, its state, since when, and the failure that it is
 * retrying.
 */
export type Phase = {
  word: Word | null;
  state: string | null;
  since: string | null;
  failing: { error: string; cause: string } | null;
};

/** Reads the end of an execution's history. Throws `ApiRefused`. */
export async function phaseOf(client: SFNClient, executionArn: string): Promise<Phase> {
  const command = { executionArn, reverseOrder: true, maxResults: 200, includeExecutionData: true };
  const { events = [] } = await asked(client.send(new GetExecutionHistoryCommand(command)));
  const states = events.filter((event) => event.stateEnteredEventDetails);
  const nameOf = (event: (typeof events)[number] | undefined) => event?.stateEnteredEventDetails?.name ?? '';
  // Restore and undo have no word of the sentence. The last word before them is kept.
  const spoken = states.find((event) => wordOf(nameOf(event)) !== null);
  // A Choice or Pass state is over at once, so the state before it is the current one.
  const current = states.find(({ type = '' }) => !/^(Choice|Pass)/.test(type)) ?? states[0];
  const failed = events.find(({ type = '' }) => /(Task|LambdaFunction)(Failed|TimedOut)$/.test(type));
  const passed = events.find(({ type = '' }) => /(Task|LambdaFunction)Succeeded$/.test(type));
  const isFailing = failed && (failed.id ?? 0) > (passed?.id ?? 0);
  const { error = 'failed', cause = '' } =
    failed?.taskFailedEventDetails ?? failed?.lambdaFunctionFailedEventDetails ?? {};
  return {
    word: wordOf(nameOf(spoken)),
    state: nameOf(current) || null,
    since: current?.timestamp ? instant(current.timestamp.getTime() / 1000) : null,
    failing: isFailing ? { error, cause } : null,
  };
}

async function asked<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw await refused(error);
  }
}

const refused = async (error: unknown): Promise<WindlassError> =>
  new WindlassError('ApiRefused', await awsReason(error), { cause: error });
