import { WindlassError } from '../../errors.ts';
import { FILTERED, NO_PATH, type ProbeSubject, type Verdict } from '../verdict.ts';

/**
 * Demands that the retiring leaf is turned away now, which proves the revocation. Throws
 * `RetiringStillAccepted` or `RevocationInconclusive`.
 */
export function demandRefused(retiring: Verdict, subject: ProbeSubject): void {
  const where = `client ${subject.client} on ${subject.host} (${subject.scope})`;
  // Only this code says that no path leads to an active anchor (F11).
  if (retiring.kind === 'refused' && retiring.code === NO_PATH) return;
  if (retiring.kind === 'refused' && retiring.code === FILTERED)
    throw new WindlassError(
      'RetiringStillAccepted',
      `the retiring leaf of ${where} still leads to an active anchor after its own was deactivated: only that anchor's filter turned it away (${FILTERED}). Look for another active anchor that it chains to`,
    );
  if (retiring.kind === 'accepted')
    throw new WindlassError(
      'RetiringStillAccepted',
      `the retiring leaf of ${where} is still accepted after its anchor was deactivated: look for another active anchor that it chains to`,
    );
  const why = retiring.kind === 'refused' ? `refused with ${retiring.code}` : retiring.why;
  throw new WindlassError(
    'RevocationInconclusive',
    `the probe of ${where} with its retiring leaf says nothing: ${why}`,
  );
}
