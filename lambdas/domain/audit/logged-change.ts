/** One change of trust, as the vendor's audit log tells it (F19). It has ids and times only (I14). */
export type LoggedChange = {
  id: string;
  /** Unix seconds. */
  at: number;
  type: string;
  /** A project's id, or `organization`. */
  scope: string;
  anchors: string[];
  /** The id of a key, or of a user; null where the log does not say. */
  actor: string | null;
  /** `true` for an API key. Otherwise it was a person in the console, or the log does not say. */
  isKey: boolean;
};

/** The events that change trust in the ways that we do. */
export const ACTIVATED = 'certificates.activated';
export const DEACTIVATED = 'certificates.deactivated';

/** Every event about certificates (F19). */
export const auditedEvents = [
  'certificate.created',
  'certificate.updated',
  'certificate.deleted',
  ACTIVATED,
  DEACTIVATED,
] as const;
