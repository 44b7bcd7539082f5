import { type ErrorName, WindlassError } from '../errors.ts';

/** What one probe learnt (F11). An inconclusive probe is never a pass (I9). */
export type Verdict = (
  | { kind: 'accepted' }
  /**
   * The TLS or mTLS layer turned the caller away, with the API's own code (such as `certificate_required`).
   */
  | { kind: 'refused'; code: string }
  /**
   * Timeout, 429, 5xx, a bad API key or an unreadable answer. `why` says which, and holds no secret.
   * `passing`: it may change within a moment by itself. `isKeyRefused`: the API itself says that it takes no
   * call with this API key or token. `isElsewhere`: the host says that another host answers the project, so
   * the key may be good and the certificate was not looked at.
   */
  | { kind: 'inconclusive'; why: string; passing?: true; isKeyRefused?: true; isElsewhere?: true }
) & {
  /**
   * The project that the host says the caller's key or token is of. Hosts were seen to say it, but nobody has
   * promised it: absence says nothing (F10).
   */
  project?: string;
};

/** Any verdict but a pass. */
export type NoPass = Verdict & { kind: 'refused' | 'inconclusive' };

/** The code of a refusal for want of a client certificate. A control has to meet it (F8, F11, I8). */
export const CERTIFICATE_REQUIRED = 'certificate_required';

/** The codes by which a host turns away a client certificate that was presented (F11). */
export const certificateRefusals = [
  'invalid_certificate',
  'certificate_verification_failed',
  'certificate_attribute_verification_failed',
] as const;

/**
 * The codes by which a token host refuses an exchange (F17; RFC 6749, 5.2). None of them says why: mutual TLS
 * may have refused the leaf, its identity may match no mapping, or the provider may be unknown. So none of
 * them proves a revocation.
 */
export const exchangeRefusals = [
  'invalid_grant',
  'invalid_subject_token',
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
] as const;

/**
 * The OAuth errors of a token host that pass by themselves, whatever their status, since OAuth gives most
 * errors a 400 (F17; RFC 6749, 4.1.2.1 and 5.2).
 */
export const passingExchangeErrors: readonly string[] = [
  'token_exchange_server_error',
  'server_error',
  'temporarily_unavailable',
];

/** No path leads to an active anchor. This is the only code that proves a revocation (F11). */
export const NO_PATH = 'certificate_verification_failed';
/** A path to an active anchor verified, and that anchor's filter said no (F11). */
export const FILTERED = 'certificate_attribute_verification_failed';

/**
 * What to do about a successor's filter (F16). Of two uploads of one key and name nobody can tell which one a
 * host has asked (F7).
 */
export const COPY_THE_FILTER =
  'give the successor the filter of the anchor that it replaces, and look for another active upload of its key and name, whose filter hosts may go by instead';

/** Where and for whom a probe was made, for the words of an error. */
export type ProbeSubject = {
  client: string;
  host: string;
  scope: string;
  successor: string;
  /** The anchors that are to let the client in with the leaf that it keeps. */
  reliesOn?: readonly string[] | undefined;
  /**
   * The project that its key is of, where that is not the configured one (F10): that project's anchors judge
   * the leaf.
   */
  keyOf?: string | undefined;
};

/**
 * Demands the proof of I8: in the same run, the control without a certificate was refused and the successor's
 * leaf was accepted. Returns only on a pass (I9). Throws `NotEnforced`, `SuccessorRefused`,
 * `ProbeInconclusive` or `ProbeRefused`.
 */
export function demandAccepted(control: Verdict, successor: Verdict, subject: ProbeSubject): void {
  const where = `client ${subject.client} on ${subject.host} (${subject.scope}, successor ${subject.successor})`;
  demandEnforced(control, where);
  if (successor.kind === 'refused' && subject.reliesOn)
    throw new WindlassError(
      'SuccessorRefused',
      `the leaf that client ${subject.client} keeps was to get in by ${subject.reliesOn.join(' or ')}, and was refused on ${subject.host} (${subject.scope}): ${successor.code}. Stage a leaf of ${subject.successor} for it, or give that anchor a filter that lets it in`,
    );
  if (successor.kind === 'refused')
    throw new WindlassError(
      'SuccessorRefused',
      successor.code === FILTERED
        ? `the successor's filter refuses the leaf of ${where} (${FILTERED}): ${COPY_THE_FILTER}`
        : `the successor's leaf of ${where} was refused: ${successor.code}${subject.keyOf ? `. Its API key, or its token, is of ${subject.keyOf}, whose anchors judge it: set project of ${subject.client} to ${subject.keyOf} in the configuration and deploy, or put a key of the configured project into its secret` : ''}`,
    );
  if (successor.kind === 'inconclusive')
    throw new WindlassError(silenceOf(successor), `the probe of ${where} says nothing: ${successor.why}`);
}

/**
 * Returns the error name of a probe that says nothing: `ProbeInconclusive` where that may pass by itself,
 * else `ProbeRefused`, for which nobody waits as long, such as a revoked API key.
 */
export const silenceOf = (verdict: Verdict): ErrorName =>
  verdict.kind === 'inconclusive' && !verdict.passing ? 'ProbeRefused' : 'ProbeInconclusive';

/**
 * True for a refusal of a leaf that its client keeps and that another active anchor has issued itself. A host
 * asked that anchor alone (F7), so the refusal has nothing to do with this succession or its cut (I17).
 */
export const isOthersAffair = (
  { issuers = [] }: { issuers?: readonly string[] | undefined },
  own: Verdict,
): boolean => issuers.length > 0 && own.kind === 'refused' && turnsAway.includes(own.code);

const turnsAway: readonly string[] = [...certificateRefusals, ...exchangeRefusals];

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

/**
 * Whether a leaf gets in, by one verdict from each host. It does not where one host turns it away, also by a
 * TLS alert. Throws `ProbeInconclusive` or `ProbeRefused` where nobody can tell (I9).
 */
export function getsIn(verdicts: readonly Verdict[], who: string): boolean {
  if (verdicts.some(({ kind }) => kind === 'refused')) return false;
  for (const verdict of verdicts)
    if (verdict.kind === 'inconclusive')
      throw new WindlassError(silenceOf(verdict), `the probe of ${who} says nothing: ${verdict.why}`);
  return true;
}
