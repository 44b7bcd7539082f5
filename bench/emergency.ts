import { rehearseOverlap } from '../rehearsal/overlap.ts';

/**
 * Measures an emergency in the middle of a scheduled rotation's soak, on the built-in organization and in
 * virtual time.
 */
export async function benchEmergency() {
  const emergency = { anchors: ['cert_northgate_7'], reason: 'its key is on a public bucket' };
  const overlap = await rehearseOverlap({ emergency });
  const { outcome, halt, scopes, requests, violations } = overlap.emergency;
  return {
    outcome,
    halt,
    cut: scopes.filter(({ deactivated }) => deactivated.length > 0).map(({ scope }) => scope),
    tookVirtualSeconds: overlap.tookSeconds,
    soakLeftVirtualSeconds: overlap.soakLeftSeconds,
    requests,
    violations,
    scheduledEndedAs: overlap.scheduled.halt?.error ?? overlap.scheduled.outcome,
    sweepsAfterwards: overlap.recovery,
  };
}
