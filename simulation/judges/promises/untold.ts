import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { TOKEN_PREFIX } from '../../world/workload-identities.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * Judges I14: no token is in what a step returns, in its error or in what it writes
 * down, nor in how an execution ends.
 */
export function createUntoldWatch({ scenario }: JudgeContext): Watch {
  if (!scenario.clients.some(({ keyless }) => keyless)) return () => [];
  return (event): Finding[] => {
    const text = saidIn(event);
    if (!text?.includes(TOKEN_PREFIX)) return [];
    return [{ kind: 'tokenTold', at: event.at, what: `a token is in what was ${event.what}` }];
  };
}

function saidIn(event: LoggedEvent): string | null {
  if (event.what === 'returned') return JSON.stringify(event.result) ?? null;
  if (event.what === 'failed') return event.message;
  if (event.what === 'recorded') return JSON.stringify(event.entry);
  return event.what === 'ended' ? event.cause : null;
}
