import type { Doer, LoggedEvent } from './event-log.ts';

const nameOf = (by: Doer): string => (typeof by === 'string' ? by : by.execution);

/** One event as a line of the history, or null where it is left out. */
export function lineOf(event: LoggedEvent, states: ReadonlyMap<number, string>): string | null {
  const where = 'invocation' in event ? `${event.execution} ${states.get(event.invocation) ?? ''}` : '';
  switch (event.what) {
    case 'started':
      return `${event.execution} starts with ${JSON.stringify(event.request)}`;
    case 'ended':
      return `${event.execution} ends: ${event.error ?? 'well'} ${event.cause.slice(0, 400)}`;
    case 'killed':
      return `${event.execution} is killed: ${event.why}`;
    case 'failed':
      return `  ${where} failed: ${event.error}: ${event.message}`;
    case 'returned':
      return `  ${where} returned ${JSON.stringify(event.result).slice(0, 400)}`;
    case 'fault':
      return `  ${where} met: ${event.fault}${event.call ? ` (${event.call.op} ${event.call.about ?? event.call.scope ?? ''})` : ''} [${event.address}]`;
    case 'trust':
      return `${nameOf(event.by)} made ${event.anchorIds.join(' ')} ${event.active ? 'active' : 'inactive'} in ${event.scope}`;
    case 'anchor':
      return event.by === 'setup'
        ? null
        : `${event.anchorId} ${event.exists ? 'was uploaded' : 'was deleted'}`;
    case 'renamed':
      return `${event.anchorId} is called ${event.name} from now on`;
    case 'leaf':
      return `${nameOf(event.by)} moved ${event.stage} of ${event.client} from ${event.from} to ${event.to}`;
    case 'admin':
      return `the admin credential presents ${event.to} from now on, and ${event.from ?? 'nothing'} before`;
    case 'lease':
      return `the lease: ${event.lease.holder} (${event.lease.mode}) token ${event.lease.token}${event.lease.released ? ', released' : ''}`;
    case 'schedule':
      return typeof event.by === 'string'
        ? 'the schedule of the next rotation has fired'
        : `${nameOf(event.by)} set the next rotation to ${event.next ?? 'nothing'}`;
    case 'trouble':
      return `somebody ${event.mended ? 'mends' : 'breaks'}: ${event.broken}`;
    case 'hold':
      return `on hold from now on: ${event.hold.join(' ') || 'nothing'}`;
    case 'compromised':
      return `${event.anchorId} is remembered as compromised`;
    case 'retracted':
      return `somebody takes back that ${event.anchorId} is compromised`;
    default:
      return null;
  }
}
