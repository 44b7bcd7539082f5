/** True of a URL whose host is this machine itself: what goes there crosses no network. */
const isLoopback = (url: string): boolean =>
  URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/**
 * True of a URL that the admin key may go to. Only to this machine may it go in clear: to a simulated organization, whose API
 * has no TLS.
 */
export const mayCarryKey = (url: string): boolean => /^https:/i.test(url) || isLoopback(url);

/** True of an http or https URL without a user and a password: no call of ours sends those, and reports would show them (I14). */
export function isWithoutCredentials(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

/** True of an http or https URL that is a host and a path and nothing else: the path of every call is added to it. */
export const isPlainUrl = (text: string): boolean => isWithoutCredentials(text) && !/[?#]/.test(text);

/** True of a text that may have a secret where a plain URL has nothing: it is shown to nobody (I14). */
export const mayHoldSecret = (text: string): boolean => /[@?#]/.test(text);
