import type { Certificates } from '../../lambdas/adapters/openai/certificates.ts';
import type { Secrets } from '../../lambdas/adapters/secrets/secrets.ts';

/**
 * An API that fetches each listing once, for all checks together: with thousands of projects a second survey
 * takes minutes. A listing that failed is fetched again, since a 429 only asks to come later.
 */
export function listedOnce(api: Certificates): Certificates {
  const had = new Map<string, Promise<unknown>>();
  const once = <T>(what: string, ask: () => Promise<T>): Promise<T> => {
    const listing = (had.get(what) as Promise<T> | undefined) ?? ask();
    had.set(what, listing);
    listing.catch(() => had.delete(what));
    return listing;
  };
  return {
    ...api,
    list: (scope) => once(`list ${scope}`, () => api.list(scope)),
    projects: () => once('projects', () => api.projects()),
  };
}

/**
 * Secrets of which each version is read once, failed reads included. Two reads may differ, and the checks
 * would then report on different versions as one.
 */
export function readOnce(secrets: Secrets): Secrets {
  const had = new Map<string, ReturnType<Secrets['read']>>();
  return {
    ...secrets,
    read(secret, stage) {
      const version = `${stage} ${secret}`;
      const reading = had.get(version) ?? secrets.read(secret, stage);
      had.set(version, reading);
      return reading;
    },
  };
}
