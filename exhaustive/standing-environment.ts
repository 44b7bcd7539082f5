import { ORGANIZATION } from '../lambdas/domain/anchor.ts';
import { secondsOf } from '../lambdas/domain/instant.ts';
import { type RehearsalEnvironment, setUpEnvironment } from '../rehearsal/environment.ts';
import { type FaultsAtWork, putToWork } from '../simulation/faults/faults-at-work.ts';
import { anchorsOf, inventoryOf } from '../simulation/inventory/inventory.ts';
import type { InventoryFile, ListEntry } from '../simulation/inventory/inventory-file.ts';
import type { Interceptions } from '../simulation/served/interceptions.ts';
import { createVirtualClock, type VirtualClock } from '../simulation/time/virtual-clock.ts';
import { type Case, policyOf } from './case.ts';
import { PASSING, withFewerAttempts } from './fewer-attempts.ts';

/** A environment that stays for all points of one case: functions, sockets and certificates are made once. */
export type StandingEnvironment = {
  environment: RehearsalEnvironment;
  clock: VirtualClock;
  /**
   * Makes everything as it was, with anchors that are as young again and whose ids end in `suffix`. Returns what the
   * organization is then. Nothing strikes until `strike`.
   */
  reset(suffix: string): Promise<InventoryFile>;
  /** Lets these faults strike from now on, and no others. */
  strike(faults: FaultsAtWork): void;
  /** A client's leaf: the one it began with, the one that was staged for it, or neither. */
  leafOf(secret: string): 'old' | 'new' | 'other';
  close(): Promise<void>;
};

/** Requests a second of all clients together: fences make them send when it matters. */
const RATE = 40;

const [HOUR, YEAR] = [3600, 365 * 86_400];

/** When all of it happens, in Unix seconds: far from today, so that real time cannot creep in. */
const NOW = secondsOf('2031-05-01T12:00:00Z');

/** Sets the environment for one case. */
export async function standingEnvironment(about: Case): Promise<StandingEnvironment> {
  const { inventory, compromised, hosts, witnesses } = about;
  const clock = createVirtualClock(NOW);
  const file = inventory(NOW);
  const undoing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const undo of undoing.splice(0).reverse()) await undo();
  };
  const { faults, switchTo } = switchboard();
  const request = compromised
    ? { mode: 'emergency' as const, anchors: [...compromised], reason: 'a point of the exhaustive run' }
    : { mode: 'scheduled' as const };
  // What is planned by has dates of weeks; the certificates themselves outlive all the points.
  const facts = { inventory: inventoryOf(file), policy: policyOf(about), request, now: NOW };
  const afterwards = (undo: () => Promise<unknown>) => undoing.push(undo);
  try {
    const environment = await setUpEnvironment({
      file: longLived(file),
      facts,
      clock,
      tell: () => {},
      faults,
      afterwards,
      rate: RATE,
      hosts,
      witnesses,
    });
    const props = propsOf(environment);
    return {
      environment: { ...environment, definition: withFewerAttempts(environment.definition, PASSING) },
      clock,
      async reset(suffix) {
        // What functions keep for minutes, such as the admin key, has to be asked for anew.
        clock.advanceTo(clock.now() + HOUR);
        for (const table of environment.tables) await environment.services.tables.clear(table);
        const renewed = renamed(inventory(clock.now()), suffix);
        // Within one turn, so that no client ever meets half of it.
        props.replace(renewed, suffix);
        switchTo(putToWork([]), environment);
        return renewed;
      },
      strike: (next) => switchTo(next, environment),
      leafOf: props.leafOf,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the services began with: it is put back for every point. */
function propsOf({ services }: RehearsalEnvironment) {
  const { organization, log, secrets, schedules } = services;
  const pems = new Map(organization.list(ORGANIZATION, { limit: 100 }).data.map(({ id, pem }) => [id, pem]));
  const leaves = services.workloads.flatMap((workload) => {
    if (!('secret' in workload)) return [];
    const { secret } = workload;
    const at = (environment: string) => secrets.read(secret, environment)?.value;
    return [{ secret, running: at('AWSCURRENT'), staged: at('AWSPENDING') }];
  });
  return {
    replace(file: InventoryFile, suffix: string): void {
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

const longLived = (file: InventoryFile): InventoryFile =>
  everyAnchor(file, (entry) => ({
    ...entry,
    certificate_details: { ...entry.certificate_details, expires_at: NOW + 60 * YEAR },
  }));

const renamed = (file: InventoryFile, suffix: string): InventoryFile =>
  everyAnchor(file, (entry) => ({ ...entry, id: entry.id + suffix }));

function everyAnchor(file: InventoryFile, change: (entry: ListEntry) => ListEntry): InventoryFile {
  const list = ({ data, ...rest }: InventoryFile['organization']) => ({ ...rest, data: data.map(change) });
  return {
    organization: list(file.organization),
    projects: file.projects.map((project) => ({ ...project, certificates: list(project.certificates) })),
  };
}

/** Faults that may be exchanged while the environment stands. */
function switchboard() {
  let current = putToWork([]);
  let hooks: Interceptions = {};
  const faults: FaultsAtWork = {
    intercept: () => ({
      api: (call) => hooks.api?.(call),
      traffic: (call) => hooks.traffic?.(call),
      tokens: (call) => hooks.tokens?.(call),
      aws: (call) => hooks.aws?.(call),
      table: () => hooks.table?.(),
    }),
    attach: () => {},
    around: (...invocation) => current.around(...invocation),
    skewOf: (step) => current.skewOf(step),
    lift: () => current.lift(),
    report: () => current.report(),
  };
  return {
    faults,
    switchTo(next: FaultsAtWork, { services, struck }: RehearsalEnvironment): void {
      current = next;
      hooks = next.intercept(services.organization);
      next.attach(struck);
    },
  };
}
