import { type Region, type Regions, regionOf, vendorHost } from '../certificates/regional-hosts.ts';
import { serveTrafficHost, type TrafficHostOptions } from './traffic-host.ts';

/** A project, and where its data is, as the API's list of projects states it. */
export type Residing = { id: string; residency?: string | null | undefined };

/**
 * Hosts for client traffic, by their base URLs. `regions` has the host of each project
 * that one of them alone answers.
 */
export type TrafficHosts = {
  urls: string[];
  regional: Partial<Record<Region, string>>;
  regions: Regions;
  close(): Promise<void>;
};

/**
 * Serves hosts for client traffic: `count` hosts of no region, and one for each region that a project has,
 * whose projects no other host answers. `portOf` gives the port of each host, the regions' after the others.
 */
export async function serveTrafficHosts(
  options: Omit<TrafficHostOptions, 'region' | 'port'>,
  {
    count = 1,
    projects,
    portOf = () => ({}),
  }: { count?: number; projects: readonly Residing[]; portOf?: (at: number) => { port?: number } },
): Promise<TrafficHosts> {
  const regionsOfProjects = projects.flatMap(({ id, residency }) => {
    const region = regionOf(residency);
    return region === undefined ? [] : [[id, region] as const];
  });
  const names = [...new Set(regionsOfProjects.map(([, region]) => region))];
  const regions = Object.fromEntries(regionsOfProjects.map(([id, region]) => [id, vendorHost(region)]));
  const asked = [...Array.from({ length: count }, () => undefined), ...names];
  const hosts = await Promise.all(
    asked.map(async (name, at) => {
      const host = await serveTrafficHost({
        ...{ ...options, ...portOf(at), region: { host: vendorHost(name), regions } },
      });
      return { ...host, name };
    }),
  );
  const regional = Object.fromEntries(hosts.flatMap(({ name, url }) => (name ? [[name, url] as const] : [])));
  return {
    urls: hosts.map(({ url }) => url),
    regional,
    regions: Object.fromEntries(regionsOfProjects.map(([id, region]) => [id, regional[region] ?? ''])),
    close: async () => void (await Promise.all(hosts.map(({ close }) => close()))),
  };
}
