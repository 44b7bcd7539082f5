import type { ErrorName } from '../errors.ts';

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
 * Returns the error name of a probe that says nothing: `ProbeInconclusive` where that may pass by itself,
 * else `ProbeRefused`, for which nobody waits as long, such as a revoked API key.
 */
export const silenceOf = (verdict: Verdict): ErrorName =>
  verdict.kind === 'inconclusive' && !verdict.passing ? 'ProbeRefused' : 'ProbeInconclusive';
