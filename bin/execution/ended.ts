import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { type Document, documentSchema } from '../../lambdas/domain/document.ts';
import { errorGuide, haltNameOf } from '../../lambdas/domain/error-guide.ts';
import { exit } from '../terminal/exit.ts';

/** Returns the exit code for how an execution ended. */
export function exitOf(ended: DescribeExecutionOutput): number {
  const taken = takenOver(ended);
  if (ended.status === 'SUCCEEDED' && taken === null)
    return isPartial(outputOf(ended)) ? exit.blocked : exit.ok;
  const name = haltNameOf(taken !== null ? 'Superseded' : (ended.error ?? ''));
  return exit[name ? errorGuide[name].exit : 'halted'];
}

/**
 * How an execution ended, for scripts. `last` is the input of its last state. Step Functions gives no output
 * for an execution that ended red, so its document is read from there.
 */
export const asJson = (ended: DescribeExecutionOutput, last?: string) => ({
  executionArn: ended.executionArn,
  status: ended.status,
  outcome: outcomeIn(ended, last),
  blocked: outputOf({ output: ended.output ?? last })?.plan.blocked ?? [],
  error: ended.error ?? null,
  cause: ended.cause ?? null,
  startedAt: ended.startDate?.toISOString() ?? null,
  stoppedAt: ended.stopDate?.toISOString() ?? null,
  takenOver: takenOver(ended),
  output: outputOf(ended),
});

/**
 * The outcome in the words of `windlass history`. Null when the execution succeeded and its output has no
 * outcome that we can read.
 */
function outcomeIn({ status, error, output }: DescribeExecutionOutput, last?: string): string | null {
  const { release, plan } = fieldsIn(output ?? last);
  if (typeof release?.outcome === 'string') return release.outcome;
  if (error === 'Stopped' || error === 'Busy') return error.toLowerCase();
  if (plan?.decision === 'busy') return 'busy';
  return status === 'SUCCEEDED' ? null : 'unfinished';
}

/**
 * Why a run ended green without having rotated: an emergency or another urgent run took over. Null for any
 * other end.
 */
export function takenOver({ output }: DescribeExecutionOutput): string | null {
  const { release, halt } = fieldsIn(output);
  return release?.outcome === 'superseded' ? String(halt?.Cause ?? '') : null;
}

/**
 * Reads single fields of a document. A run that was taken over while it planned has no plan, so its document
 * does not parse as a whole.
 */
function fieldsIn(document = ''): Partial<Record<'release' | 'halt' | 'plan', Record<string, unknown>>> {
  try {
    return Object(JSON.parse(document));
  } catch {
    return {};
  }
}

/** Whether an emergency left in place an anchor that it was asked, by name, to cut (I13). */
export const isPartial = (document: Document | null): boolean =>
  document?.plan.mode === 'emergency' && document.plan.anyBlocked;

/** Whether the execution was started as an emergency. */
export function isEmergency({ input }: DescribeExecutionOutput): boolean {
  try {
    return Object(JSON.parse(input ?? '')).mode === 'emergency';
  } catch {
    return false;
  }
}

/** The document that the execution ended with, or null when it cannot be read. */
export function outputOf({ output }: Pick<DescribeExecutionOutput, 'output'>): Document | null {
  try {
    return documentSchema.safeParse(JSON.parse(output ?? '')).data ?? null;
  } catch {
    return null;
  }
}
