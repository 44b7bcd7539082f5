import { WindlassError } from '../errors.ts';
import { instant } from '../instant.ts';
import { type ProbeSubject, silenceOf, type Verdict } from './verdict.ts';

/** The longest that a token lives, in seconds (F17). */
export const LONGEST_TOKEN = 3_600;

/**
 * Returns until when old tokens may live (ISO 8601). An old leaf gets no token from `now` (Unix seconds) on,
 * and an earlier token ends within an hour (F17).
 */
export const tokensUntil = (now: number): string => instant(now + LONGEST_TOKEN);

/** An exchange with the leaf, and its control: the same exchange without any certificate (I8). */
export type Exchanges = { own: Verdict; control: Verdict };

/**
 * Demands that a leaf is exchanged for a token, and that nobody gets a token without a certificate (F17, I8).
 * `why` is what other calls have shown about a refusal. Throws `NotEnforced`, `SuccessorRefused`,
 * `ProbeInconclusive` or `ProbeRefused`.
 */
export function demandToken({ own, control }: Exchanges, subject: ProbeSubject, why: string): void {
  const where = `client ${subject.client} at the token host (${subject.scope}, successor ${subject.successor})`;
  if (control.kind === 'accepted')
    throw new WindlassError(
      'NotEnforced',
      `${where} was given a token without a certificate, so no exchange can prove anything`,
    );
  if (own.kind === 'refused')
    throw new WindlassError(
      'SuccessorRefused',
      `the successor's leaf of ${where} was given no token (${own.code}): ${why}`,
    );
  const silent = own.kind === 'inconclusive' ? own : control.kind === 'inconclusive' ? control : null;
  if (!silent) return;
  const what = silent === own ? 'exchange' : 'exchange without a certificate';
  throw new WindlassError(silenceOf(silent), `the ${what} of ${where} says nothing: ${silent.why}`);
}

/**
 * Demands that a retiring leaf gets no token any more, and returns the code of that refusal. The refusal
 * proves nothing by itself: the proof is made at the API host (F17). Throws `RetiringStillAccepted` or
 * `RevocationInconclusive`.
 */
export function demandNoToken(retiring: Verdict, subject: ProbeSubject): string {
  const where = `client ${subject.client} at the token host (${subject.scope})`;
  if (retiring.kind === 'refused') return retiring.code;
  if (retiring.kind === 'accepted')
    throw new WindlassError(
      'RetiringStillAccepted',
      `the retiring leaf of ${where} is still exchanged for a token after its anchor was deactivated: look for another active anchor that it chains to`,
    );
  throw new WindlassError(
    'RevocationInconclusive',
    `the exchange of ${where} with its retiring leaf says nothing: ${retiring.why}`,
  );
}
