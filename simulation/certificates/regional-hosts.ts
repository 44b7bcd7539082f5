/** The base URL of the one host that answers a project, by project. Any host answers every other project. */
export type Regions = Readonly<Record<string, string>>;

/**
 * The hosts of a client as a configuration states them, where one host alone answers its
 * project. Nothing where any host does.
 */
export function hostsIn(regions: Regions, project: string): { hosts?: string[] } {
  const own = regions[project];
  return own === undefined ? {} : { hosts: [own] };
}

/** The code of the 401 by which a host turns away a project that another host answers. */
export const INCORRECT_HOSTNAME = 'incorrect_hostname';

/**
 * What a host says to a caller of a project that only another host answers, in the vendor's words; null
 * where it answers the project itself. Nobody says in which order a host checks. We assume that it
 * checks this before any certificate.
 */
export function misdirected(project: string, host: string, regions: Regions): string | null {
  const own = regions[project];
  if (own === undefined || own === host) return null;
  const name = new URL(own).hostname.replace(/^mtls[.-]/, '');
  return `Attempted to access resource with incorrect regional hostname. Please make your request to ${name}.`;
}

/** The regions that have their own host for client traffic (F10). */
export type Region = 'us' | 'eu';

/** The vendor's base URL of client traffic: of a region, or of clients without one. */
export const vendorHost = (region?: Region): string =>
  `https://mtls${region === undefined ? '' : `-${region}`}.api.openai.com/v1`;

/**
 * The region whose host alone answers a project of this residency, as the API's list of projects states it.
 * Which residencies these are is our assumption.
 */
export const regionOf = (residency: string | null | undefined): Region | undefined =>
  residency === 'US_STORAGE_PROCESSING' ? 'us' : residency === 'EU_STORAGE_PROCESSING' ? 'eu' : undefined;
