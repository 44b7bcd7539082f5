/** What one probe learnt (F11). Inconclusive is never a pass (I9). */
export type Verdict =
  | { kind: 'accepted' }
  /** The TLS or mTLS layer turned the caller away, with the API's own code (such as `certificate_required`). */
  | { kind: 'refused'; code: string }
  /** Timeout, 429, 5xx, a bad API key, an unreadable answer: `why` says which, and holds no secret. */
  | { kind: 'inconclusive'; why: string };

/** The code of a refusal for want of a client certificate: what a control must meet (F8, F11, I8). */
export const CERTIFICATE_REQUIRED = 'certificate_required';

/** The codes that say a presented client certificate was turned away (F11). */
export const certificateRefusals = [
  'invalid_certificate',
  'certificate_verification_failed',
  'certificate_attribute_verification_failed',
] as const;
