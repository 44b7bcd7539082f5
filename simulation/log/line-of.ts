import type { Doer, Happening } from './event-log.ts';

const nameOf = (by: Doer): string => (typeof by === 'string' ? by : by.execution);

/** One happening in a line of the story, or null where it is not worth one. */
export function lineOf(happening: Happening, states: ReadonlyMap<number, string>): string | null {
  const where =
    'invocation' in happening ? `${happening.execution} ${states.get(happening.invocation) ?? ''}` : '';
  switch (happening.what) {
    case 'started':
      return `${happening.execution} starts with ${JSON.stringify(happening.request)}`;
    case 'ended':
      return `${happening.execution} ends: ${happening.error ?? 'well'} ${happening.cause.slice(0, 400)}`;
    case 'killed':
      return `${happening.execution} is killed: ${happening.why}`;
    case 'failed':
      return `  ${where} failed: ${happening.error}: ${happening.message}`;
    case 'returned':
      return `  ${where} returned ${JSON.stringify(happening.result).slice(0, 400)}`;
    case 'fault':
      return `  ${where} met: ${happening.fault}${happening.call ? ` (${happening.call.op} ${happening.call.about ?? happening.call.scope ?? ''})` : ''} [${happening.address}]`;
    case 'trust':
      return `${nameOf(happening.by)} made ${happening.anchorIds.join(' ')} ${happening.active ? 'active' : 'inactive'} in ${happening.scope}`;
    case 'anchor':
      return happening.by === 'setup'
        ? null
        : `${happening.anchorId} ${happening.exists ? 'was uploaded' : 'was deleted'}`;
    case 'leaf':
      return `${nameOf(happening.by)} moved ${happening.stage} of ${happening.client} from ${happening.from} to ${happening.to}`;
    case 'lease':
      return `the lease: ${happening.lease.holder} (${happening.lease.mode}) token ${happening.lease.token}${happening.lease.released ? ', released' : ''}`;
    case 'schedule':
      return typeof happening.by === 'string'
        ? 'the schedule of the next rotation has fired'
        : `${nameOf(happening.by)} set the next rotation to ${happening.next ?? 'nothing'}`;
    case 'trouble':
      return `somebody ${happening.mended ? 'mends' : 'breaks'}: ${happening.broken}`;
    case 'hold':
      return `on hold from now on: ${happening.hold.join(' ') || 'nothing'}`;
    case 'compromised':
      return `${happening.anchorId} is remembered as compromised`;
    default:
      return null;
  }
}
