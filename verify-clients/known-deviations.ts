/** What a check of the description says is wrong with one answer. */
export type Complaint = {
  /** The check's own name, such as `status_code_conformance`. */
  check: string;
  /** `GET /organization/certificates`. */
  operation: string;
  status: number;
  /** The message of the answer's error. Empty when there is none. */
  message: string;
};

/** A place where the simulated API differs from the description, and has to. */
export type Deviation = {
  id: string;
  /** What differs, and why it has to. */
  what: string;
  covers(complaint: Complaint): boolean;
};

/**
 * Errors about values that no made-up text can be: an id that exists, the cursor of a page, a CA certificate.
 */
const INVENTED =
  /^(No object '.*' to list after|Unknown certificate ids: |Expected .*certificate in PEM format)/s;

const RANGE = /^limit must be an integer between 1 and 100/;

/**
 * Each entry is asserted: one that no answer shows any more fails, and can be removed. Any other complaint of
 * a client fails at once.
 */
export const knownDeviations: readonly Deviation[] = [
  {
    id: 'refusals',
    what: 'the description names the answers 200 and 429 alone; a refusal of F11, F12 or F18 has its own status, which the guide names',
    covers: ({ check, status }) =>
      check === 'status_code_conformance' && [400, 401, 403, 404, 405].includes(status),
  },
  {
    id: 'invented',
    what: 'the description takes any text for an id, a cursor or a certificate; what does not exist, or is no certificate, is refused all the same (F12, F13)',
    covers: ({ check, status, message }) =>
      check === 'positive_data_acceptance' && status === 400 && INVENTED.test(message),
  },
  {
    id: 'limit',
    what: 'the description says in words only that a limit is 1 to 100, and takes any whole number (F4)',
    covers: ({ check, status, message }) =>
      check === 'positive_data_acceptance' && status === 400 && RANGE.test(message),
  },
];
