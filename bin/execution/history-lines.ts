import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { causeOf } from '../../lambdas/domain/cause.ts';
import { readable } from '../terminal/dates.ts';
import { printableText } from '../terminal/printable.ts';
import type { Screen } from '../terminal/screen.ts';

/**
 * The line that tells an operator about one event of an execution's history. Null for events that only lead
 * to others.
 */
export function historyLineOf(event: HistoryEvent, { paint }: Screen): string | null {
  // Times carry the date and the zone: a soak takes days, and readers are in different time zones.
  const time = paint('dim', event.timestamp ? toTheSecond(event.timestamp) : 'at no time known   ');
  const entered = event.stateEnteredEventDetails;
  if (entered && SHOWN.has(event.type ?? '')) {
    const { scope, soakUntil } = read(entered.input);
    const isWait = event.type === 'WaitStateEntered';
    const more = isWait && soakUntil ? soaking(soakUntil) : (scope ?? '');
    return `  ${time}  ${(entered.name ?? '').padEnd(26)} ${more}`.trimEnd();
  }
  const failed = event.taskFailedEventDetails ?? event.lambdaFunctionFailedEventDetails;
  if (failed)
    return `  ${time}  ${paint('yellow', `↻ ${failed.error ?? 'failed'}`)} ${printableText(causeOf(failed.cause ?? ''))}`;
  return null;
}

/** The states that get a line: those that work, wait or end. Choices and Maps only lead to those. */
const SHOWN = new Set(['TaskStateEntered', 'WaitStateEntered', 'FailStateEntered', 'SucceedStateEntered']);

const toTheSecond = (time: Date): string => `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const soaking = (until: string): string =>
  `until ${readable(until)}; it is safe to leave: Ctrl-C only stops the watching`;

/** The scope and the end of the soak from a state's input. Empty when the input cannot be read. */
function read(input: string | undefined): { scope?: string; soakUntil?: string } {
  const { plan, promotion } = parse(input) as {
    plan?: { scope?: unknown };
    promotion?: { soakUntil?: unknown };
  };
  const soakUntil = String(promotion?.soakUntil ?? '');
  return {
    ...(typeof plan?.scope === 'string' ? { scope: plan.scope } : {}),
    ...(Number.isNaN(Date.parse(soakUntil)) ? {} : { soakUntil }),
  };
}

function parse(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
