/** Whether a URL's host is this machine itself, so that calls to it cross no network. */
const isLoopback = (url: string): boolean =>
  URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/**
 * Whether the admin key may be sent to a URL. Unencrypted it may only go to this machine: the API of a
 * simulated organization has no TLS.
 */
export const mayCarryKey = (url: string): boolean => /^https:/i.test(url) || isLoopback(url);

/**
 * Whether a text is an http or https URL without user and password. No call of ours sends those, and reports
 * would show them (I14).
 */
export function isWithoutCredentials(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

/** Whether a text is an http or https URL of a host and a path only. The path of each call is added to it. */
export const isPlainUrl = (text: string): boolean => isWithoutCredentials(text) && !/[?#]/.test(text);

/**
 * Whether a text may hold a secret in a part that a plain URL does not have. Then it is never shown (I14).
 */
export const mayHoldSecret = (text: string): boolean => /[@?#]/.test(text);
