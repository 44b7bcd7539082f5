import type { DescribeExecutionOutput, SFNClient } from '@aws-sdk/client-sfn';
import { requestSchema } from '../../lambdas/domain/request.ts';
import type { Machine } from '../account/machine.ts';
import { createdAt, describedBy, failedOf } from '../execution/running.ts';
import type { Rotation } from '../journal/rotations.ts';

/** What Step Functions says of a run that could not write down how it ended; times are ISO 8601. */
export type LostEnd = {
  execution: string;
  status: string;
  error: string | null;
  cause: string | null;
  stoppedAt: string | null;
  /** Of one that wrote nothing at all: when and how it was started. */
  unwritten: Pick<Rotation, 'mode' | 'startedAt' | 'startedBy'> | null;
};

/**
 * How the last run ended, where the trail does not say so: a run that was stopped or timed out, or one since then that failed
 * without a line, as where its functions cannot be loaded or may not write. What ran in an earlier stack of the same name is
 * none of this one. Throws `ApiRefused`.
 */
export async function lostEndOf(
  client: SFNClient,
  machine: Machine,
  { rotations, last }: { rotations: readonly Rotation[]; last: Rotation | null },
): Promise<LostEnd | null> {
  return (await unwritten(client, machine, { rotations, last })) ?? (await unfinished(client, last));
}

/** What Step Functions says of a run that has not written down how it ended; null of any other. Throws `ApiRefused`. */
export async function unfinished(client: SFNClient, last: Rotation | null): Promise<LostEnd | null> {
  if (last?.outcome !== 'unfinished') return null;
  const told = await describedBy(client, last.execution);
  return told?.status ? ended(told, null) : null;
}

/** Executions that are described in search of one that was not only told that another is at work. */
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

/** Who asked for what, as far as an execution's input says so. */
function askedBy(input = ''): Pick<Rotation, 'mode' | 'startedBy'> {
  try {
    const { mode, startedBy = null } = requestSchema.parse(JSON.parse(input));
    return { mode, startedBy };
  } catch {
    return { mode: null, startedBy: null };
  }
}
