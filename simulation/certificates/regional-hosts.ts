/** Where projects are that only one host answers, by project: the base URL of that host. Any host answers every other project. */
export type Regions = Readonly<Record<string, string>>;

/** The hosts of a client of a project that one host alone answers, as a configuration states them; nothing where any host answers it. */
export function hostsIn(regions: Regions, project: string): { hosts?: string[] } {
  const own = regions[project];
  return own === undefined ? {} : { hosts: [own] };
}

/** The code of the 401 by which a host turns a project away that another one answers. */
export const INCORRECT_HOSTNAME = 'incorrect_hostname';

/**
 * What a host says to a caller of a project that only another host answers, in the vendor's words; null where it answers the project itself.
 * Nobody says in which order a host looks: that it does so before it looks at any certificate, be there one or not, is our assumption.
 */
export function misdirected(project: string, host: string, regions: Regions): string | null {
  const own = regions[project];
  if (own === undefined || own === host) return null;
  const name = new URL(own).hostname.replace(/^mtls[.-]/, '');
  return `Attempted to access resource with incorrect regional hostname. Please make your request to ${name}.`;
}

/** The regions that have a host of their own for client traffic (F10). */
export type Region = 'us' | 'eu';

/** The base URL of client traffic at the vendor's: a region's, or that of whoever has none. */
export const vendorHost = (region?: Region): string =>
  `https://mtls${region === undefined ? '' : `-${region}`}.api.openai.com/v1`;

/** The region whose host alone answers a project of this residency, as the API's list of projects says it: which of them those are is our assumption, too. */
export const regionOf = (residency: string | null | undefined): Region | undefined =>
  residency === 'US_STORAGE_PROCESSING' ? 'us' : residency === 'EU_STORAGE_PROCESSING' ? 'eu' : undefined;
