import { WindlassError } from '../../errors.ts';
import { CERTIFICATE_REQUIRED, silenceOf, type Verdict } from '../verdict.ts';

/** True for a control without a certificate that was turned away for want of one (I8). */
export const isEnforced = (control: Verdict): boolean =>
  control.kind === 'refused' && control.code === CERTIFICATE_REQUIRED;

/**
 * Demands that a control without a certificate was turned away for want of one (I8). Throws `NotEnforced`,
 * `ProbeInconclusive` or `ProbeRefused`.
 */
export function demandEnforced(control: Verdict, where: string): void {
  if (isEnforced(control)) return;
  if (control.kind === 'accepted')
    throw new WindlassError(
      'NotEnforced',
      `${where} was let in without a certificate: mutual TLS is off there, so no probe can prove anything`,
    );
  const why = control.kind === 'refused' ? `refused with ${control.code}` : control.why;
  throw new WindlassError(
    silenceOf(control),
    `the control without a certificate of ${where} says nothing: ${why}`,
  );
}
