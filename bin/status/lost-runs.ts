import type { DescribeExecutionOutput, SFNClient } from '@aws-sdk/client-sfn';
import { requestSchema } from '../../lambdas/domain/request.ts';
import type { Machine } from '../account/machine.ts';
import { createdAt, describedBy, failedOf } from '../execution/running.ts';
import type { Rotation } from '../journal/rotations.ts';

/** What Step Functions says about a run that could not write down how it ended. Times are ISO 8601. */
export type LostEnd = {
  execution: string;
  status: string;
  error: string | null;
  cause: string | null;
  stoppedAt: string | null;
  /** Set when the run wrote nothing at all: when and how it was started. */
  unwritten: Pick<Rotation, 'mode' | 'startedAt' | 'startedBy'> | null;
};

/**
 * How the last run ended, when the journal does not say so. It was stopped or timed out, or a later run
 * failed without any line. The latter happens when its functions cannot be loaded or may not write. Runs of
 * an earlier stack of the same name do not count. Throws `ApiRefused`.
 */
export async function lostEndOf(
  client: SFNClient,
  machine: Machine,
  { rotations, last }: { rotations: readonly Rotation[]; last: Rotation | null },
): Promise<LostEnd | null> {
  return (await unwritten(client, machine, { rotations, last })) ?? (await unfinished(client, last));
}

/**
 * What Step Functions says about a run that has not written down how it ended. Null for any other run. Throws
 * `ApiRefused`.
 */
export async function unfinished(client: SFNClient, last: Rotation | null): Promise<LostEnd | null> {
  if (last?.outcome !== 'unfinished') return null;
  const told = await describedBy(client, last.execution);
  return told?.status ? ended(told, null) : null;
}

/** How many silent executions are described at most. The search skips those that only met another run. */
const MOST = 5;

async function unwritten(
  client: SFNClient,
  machine: Machine,
  { rotations, last }: { rotations: readonly Rotation[]; last: Rotation | null },
): Promise<LostEnd | null> {
  const written = new Set(rotations.map(({ execution }) => execution));
  const silent = (await failedOf(client, machine)).filter(
    ({ execution, startedAt }) => !written.has(execution) && startedAt > (last?.startedAt ?? ''),
  );
  const since = silent.length > 0 ? await createdAt(client, machine) : '';
  for (const { execution, startedAt } of silent.filter((one) => one.startedAt >= since).slice(0, MOST)) {
    const told = await describedBy(client, execution);
    if (told && told.error !== 'Busy') return ended(told, { startedAt, ...askedBy(told.input) });
  }
  return null;
}

const ended = (told: DescribeExecutionOutput, unwritten: LostEnd['unwritten']): LostEnd => ({
  execution: told.executionArn ?? '',
  status: told.status ?? '',
  error: told.error ?? null,
  cause: told.cause ?? null,
  stoppedAt: told.stopDate?.toISOString() ?? null,
  unwritten,
});

/** Who started the execution and in which mode, as far as its input tells. */
function askedBy(input = ''): Pick<Rotation, 'mode' | 'startedBy'> {
  try {
    const { mode, startedBy = null } = requestSchema.parse(JSON.parse(input));
    return { mode, startedBy };
  } catch {
    return { mode: null, startedBy: null };
  }
}
