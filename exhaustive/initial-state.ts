import { ORGANIZATION } from '../lambdas/domain/anchor.ts';
import type { RehearsalEnvironment } from '../rehearsal/environment.ts';
import { anchorsOf } from '../simulation/inventory/inventory.ts';
import type { InventoryFile, ListEntry } from '../simulation/inventory/inventory-file.ts';

/** The state in which the services began, which is restored for every point. */
export function initialStateOf({ services }: RehearsalEnvironment) {
  const { organization, log, secrets, schedules } = services;
  const pems = new Map(organization.list(ORGANIZATION, { limit: 100 }).data.map(({ id, pem }) => [id, pem]));
  const leaves = services.workloads.flatMap((workload) => {
    if (!('secret' in workload)) return [];
    const { secret } = workload;
    const at = (environment: string) => secrets.read(secret, environment)?.value;
    return [{ secret, running: at('AWSCURRENT'), staged: at('AWSPENDING') }];
  });
  return {
    restore(file: InventoryFile, suffix: string): void {
      organization.clear();
      log.clear();
      for (const { entry, activeIn } of anchorsOf(file)) {
        const { id, name = null, created_at, certificate_details: dates } = entry;
        const pem = pems.get(id.slice(0, -suffix.length)) ?? null;
        organization.seed(
          { id, name, createdAt: created_at ?? 0, expiresAt: dates.expires_at, pem },
          activeIn,
        );
      }
      for (const { secret, running, staged } of leaves) {
        secrets.remove(secret);
        if (running) secrets.put(secret, running, ['AWSCURRENT']);
        if (staged) secrets.put(secret, staged, ['AWSPENDING']);
      }
      schedules.clear();
    },
    leafOf(secret: string) {
      const leaf = leaves.find((one) => one.secret === secret);
      const current = secrets.read(secret, 'AWSCURRENT')?.value;
      if (current === leaf?.staged) return 'new' as const;
      return current === leaf?.running ? ('old' as const) : ('other' as const);
    },
  };
}

export const longLived = (file: InventoryFile, until: number): InventoryFile =>
  everyAnchor(file, (entry) => ({
    ...entry,
    certificate_details: { ...entry.certificate_details, expires_at: until },
  }));

export const renamed = (file: InventoryFile, suffix: string): InventoryFile =>
  everyAnchor(file, (entry) => ({ ...entry, id: entry.id + suffix }));

function everyAnchor(file: InventoryFile, change: (entry: ListEntry) => ListEntry): InventoryFile {
  const list = ({ data, ...rest }: InventoryFile['organization']) => ({ ...rest, data: data.map(change) });
  return {
    organization: list(file.organization),
    projects: file.projects.map((project) => ({ ...project, certificates: list(project.certificates) })),
  };
}
