import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { causeOf } from '../../lambdas/domain/cause.ts';
import { type Document, documentSchema } from '../../lambdas/domain/document.ts';
import { errorGuide, haltNameOf } from '../../lambdas/domain/error-guide.ts';
import { plural, readable } from '../terminal/dates.ts';
import { exit } from '../terminal/exit.ts';
import { printable, printableText } from '../terminal/printable.ts';
import type { Paint } from '../terminal/screen.ts';
import { blockedTable, section, successionTable } from '../terminal/sections.ts';
import { inOptions } from './request-options.ts';

/** The exit code for how an execution ended. */
export function exitOf(ended: DescribeExecutionOutput): number {
  const taken = takenOver(ended);
  if (ended.status === 'SUCCEEDED' && taken === null)
    return isPartial(outputOf(ended)) ? exit.blocked : exit.ok;
  const name = haltNameOf(taken !== null ? 'Superseded' : (ended.error ?? ''));
  return exit[name ? errorGuide[name].exit : 'halted'];
}

/** Why a run ended quietly without having rotated: an emergency took over; null for any other. */
function takenOver({ output }: DescribeExecutionOutput): string | null {
  try {
    // Looked at by itself: one that was taken over while it planned has no plan, and so no whole document.
    const { release, halt } = Object(JSON.parse(output ?? ''));
    return release?.outcome === 'superseded' ? String(halt?.Cause ?? '') : null;
  } catch {
    return null;
  }
}

/** An emergency that left an anchor which it was to cut: somebody asked for that by name (I13). */
const isPartial = (document: Document | null): boolean =>
  document?.plan.mode === 'emergency' && document.plan.anyBlocked;

/** How an execution ended, in words for the terminal. */
export function ending(ended: DescribeExecutionOutput, paint: Paint): string {
  const { status, error, cause } = ended;
  if (status !== 'SUCCEEDED') {
    const isBlocked = error === 'Blocked';
    const title = isBlocked
      ? paint(['yellow', 'bold'], '■ Blocked')
      : paint(['red', 'bold'], `✗ ${status ?? 'Lost'}`);
    return [title, isBlocked ? '' : (error ?? ''), inOptions(printableText(causeOf(cause ?? '')))]
      .filter(Boolean)
      .join(': ');
  }
  const taken = takenOver(ended);
  if (taken !== null)
    return `${paint(['yellow', 'bold'], '■ Superseded by an emergency')}: ${printableText(causeOf(taken))}`;
  const document = printable(outputOf(ended));
  const title = isPartial(document)
    ? paint(['yellow', 'bold'], '■ Blocked in part')
    : paint(['green', 'bold'], '✓ Succeeded');
  return document ? `${title}: ${outcome(document, paint)}` : title;
}

/** An execution of an older machine carries its scopes itself. */
const scopesIn = ({ waves }: Document['plan']): number =>
  waves.reduce((total, wave) => total + ('count' in wave ? wave.count : wave.scopes.length), 0);

function outcome({ plan, promotion, schedule }: Document, paint: Paint): string {
  const scopes = scopesIn(plan);
  const next = schedule?.nextRotationAt ?? plan.nextRotationAt;
  const summary =
    plan.decision === 'rotate'
      ? `${plural(plan.successions.length, 'succession')} in ${plural(scopes, 'scope')}.`
      : plan.summary;
  return [
    summary,
    plan.successions.length > 0
      ? section('Successions', successionTable(plan.successions, paint), paint)
      : '',
    plan.blocked.length > 0 ? section('Blocked', blockedTable(plan.blocked, paint), paint) : '',
    promotion?.promoted.length
      ? section('Clients promoted', `  ${promotion.promoted.join(', ')}`, paint)
      : '',
    next ? section('Next rotation', `  ${readable(next)}`, paint) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** The document that the execution ended with, or null when it is not one that we can read. */
function outputOf({ output }: DescribeExecutionOutput): Document | null {
  try {
    return documentSchema.safeParse(JSON.parse(output ?? '')).data ?? null;
  } catch {
    return null;
  }
}

/** The same for scripts. */
export const asJson = (ended: DescribeExecutionOutput) => ({
  executionArn: ended.executionArn,
  status: ended.status,
  error: ended.error ?? null,
  cause: ended.cause ?? null,
  startedAt: ended.startDate?.toISOString() ?? null,
  stoppedAt: ended.stopDate?.toISOString() ?? null,
  output: outputOf(ended),
});
