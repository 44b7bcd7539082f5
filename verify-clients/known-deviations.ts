/** What a check of the description says is wrong with one answer. */
export type Complaint = {
  /** The check's own name, such as `status_code_conformance`. */
  check: string;
  /** `GET /organization/certificates`. */
  operation: string;
  status: number;
  /** The message of the answer's error, empty where it has none. */
  message: string;
};

/** Where the simulated API is otherwise than the description that it is held to, and has to be. */
export type Deviation = {
  id: string;
  /** What differs, and why it has to. */
  what: string;
  covers(complaint: Complaint): boolean;
};

/** What no string can be guessed to be: an id that exists, the cursor of a page, a CA certificate. */
const INVENTED =
  /^(No object '.*' to list after|Unknown certificate ids: |Expected .*certificate in PEM format)/s;

const RANGE = /^limit must be an integer between 1 and 100/;

/** Each line is asserted: one that no answer shows any more fails, and can go. All else that a client complains of fails at once. */
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
