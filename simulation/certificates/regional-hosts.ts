/** Where projects are that only one host answers, by project: the base URL of that host. Any host answers every other project. */
export type Regions = Readonly<Record<string, string>>;

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
