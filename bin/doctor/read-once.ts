import type { Certificates } from '../../lambdas/adapters/openai/certificates.ts';
import type { Secrets } from '../../lambdas/adapters/secrets/secrets.ts';

/**
 * An organization's listings, each of which is had once, whoever asks: of thousands of projects a second survey takes minutes. One
 * that failed is asked for again, since one that came too often is told to come later.
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

/** Secrets each version of which is read once, be it that it cannot be: two readings may differ, and be told as of one. */
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
