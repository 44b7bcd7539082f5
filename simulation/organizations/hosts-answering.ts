import type { Regions } from '../certificates/regional-hosts.ts';

/** The hosts among all that answer a project. */
export const hostsAnswering = (
  project: string,
  { hosts, regions = {} }: { hosts: readonly string[]; regions?: Regions | undefined },
): readonly string[] => {
  const own = regions[project];
  return own === undefined ? hosts : [own];
};
