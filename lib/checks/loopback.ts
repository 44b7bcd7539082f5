/** True of a URL whose host is this machine itself: what goes there crosses no network. */
const isLoopback = (url: string): boolean =>
  URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/**
 * True of a URL that the admin key may go to. Only to this machine may it go in clear: to a simulated organization, whose API
 * has no TLS.
 */
export const mayCarryKey = (url: string): boolean => /^https:/i.test(url) || isLoopback(url);
