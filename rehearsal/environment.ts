import type { PlanningFacts } from '../lambdas/domain/planning/facts.ts';
import type { Definition } from '../lib/definition.ts';
import type { Step } from '../lib/steps.ts';
import { regionOf } from '../simulation/certificates/regional-hosts.ts';
import type { FaultsAtWork, Struck } from '../simulation/faults/faults-at-work.ts';
import type { LambdaHost } from '../simulation/functions/lambda-host.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import type { Tell } from '../simulation/log/progress.ts';
import { rolesOf, witnessRolesOf } from '../simulation/organizations/client-roles.ts';
import { preparationFor } from '../simulation/organizations/preparation.ts';
import type { AdminLimits } from '../simulation/served/admin-limits.ts';
import type { Intercept } from '../simulation/served/interceptions.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';
import { startWorkloads, type Workloads } from '../simulation/workloads/workloads.ts';
import { ADMIN_SECRET, configurationFor, configured } from './configuration.ts';
import { startFunctions } from './functions.ts';
import { limited } from './limited.ts';
import type { SimulatedServices } from './simulated-services.ts';
import { newAssembly, removeAbandonedAssemblies } from './synthesis/assemblies.ts';
import { synthesize } from './synthesis/synth.ts';

/** Everything that rotations run on, ready to use. */
export type RehearsalEnvironment = {
  services: SimulatedServices;
  definition: Definition;
  host: LambdaHost;
  workloads: Workloads;
  /** The names of the tables that the functions use. */
  tables: readonly string[];
  /** What faults act on. */
  struck: Struck;
  /** The step whose function a Task names. */
  stepOf: (resource: string) => Step | undefined;
  /** Runs the function that a Task names, with the faults that apply to it. */
  invoke: (resource: string, input: unknown) => Promise<unknown>;
};

export type EnvironmentOptions = {
  file: InventoryFile;
  facts: PlanningFacts;
  clock: VirtualClock;
  tell: Tell;
  signal?: AbortSignal | undefined;
  intercept?: Intercept | undefined;
  faults?: FaultsAtWork | undefined;
  /** API calls a minute. When absent, no limit. */
  rateLimit?: number | undefined;
  /** What the admin key may not do, and the state of the audit log. */
  limits?: AdminLimits | undefined;
  /** Anchors whose keys an attacker has. The attacker tries every project on every host until the end. */
  compromised?: readonly string[] | undefined;
  /** Requests a second of all clients together. */
  rate?: number;
  /** How many hosts there are for client traffic. */
  hosts?: number | undefined;
  /** The most clients beyond those that a proof needs. */
  witnesses?: number | undefined;
  /**
   * Receives what has to be undone at the end. The last one received is undone first. It is undone as well
   * when the environment never got ready.
   */
  afterwards: (undo: () => Promise<unknown>) => void;
};

/**
 * Synthesizes the app and starts the services at the same time, then starts the functions and the clients.
 */
export async function setUpEnvironment(options: EnvironmentOptions): Promise<RehearsalEnvironment> {
  const { file, facts, clock, tell, signal, faults, rate, hosts, witnesses, afterwards } = options;
  const others = faults?.intercept ?? options.intercept;
  const intercept = options.rateLimit === undefined ? others : limited(options.rateLimit, tell, others);
  const preparation = preparationFor(facts, faults !== undefined);
  const roles = rolesOf(facts.inventory, preparation.pairs, facts.now, {
    ...{ mostWitnesses: witnesses, stated: file.clients ?? [] },
  });
  const keptOut = witnessRolesOf(file.mustRefuse);
  await removeAbandonedAssemblies();
  const assembly = newAssembly();
  afterwards(assembly.remove);

  tell({ kind: 'preparing', what: 'synthesizing the app, and giving every anchor a real CA' });
  const serve = async (): Promise<SimulatedServices> => {
    // Loaded only now: the synthesis takes longest, and has mostly begun by this time.
    const { startServices } = await import('./simulated-services.ts');
    const ready = await startServices({
      file,
      preparation,
      roles,
      witnesses: keptOut,
      clock,
      intercept,
      adminSecret: ADMIN_SECRET,
      limits: options.limits,
      hosts,
      compromised: options.compromised,
    });
    afterwards(ready.close);
    return ready;
  };
  // A configuration states which host answers which project. That is known only once the hosts are served, so
  // here the services start before the synthesis.
  const served = file.projects.some(({ residency }) => regionOf(residency)) ? await serve() : undefined;
  const clients = configured(roles, served);
  const configuration = configurationFor(clients, configured(keptOut, served), facts.policy, served);
  const [synthesized, services] = await together(
    synthesize(configuration, assembly.outdir, signal),
    served ? Promise.resolve(served) : serve(),
  );
  signal?.throwIfAborted();

  tell({ kind: 'preparing', what: 'starting the functions and the clients' });
  const { definition, functions, objects } = synthesized;
  for (const { text, ...at } of objects) services.objects.put(at, text);
  const tables = [...new Set(functions.flatMap(({ environment }) => environment.WINDLASS_TABLE ?? []))];
  for (const name of tables) await services.tables.create(name);
  const { host, struck } = startFunctions(functions, services, clients, options);
  afterwards(host.close);
  const workloads = startWorkloads({
    specs: services.workloads,
    attackers: services.attackers,
    hosts: services.mtlsHosts,
    authHost: services.authBase,
    ca: services.ca,
    secretsEndpoint: services.awsEndpoint,
    clock,
    ...(rate !== undefined && { rate }),
  });
  afterwards(workloads.close);
  services.organization.onChange(workloads.changed);
  const steps = new Map(functions.map(({ name, step }) => [name, step]));
  const stepOf = (resource: string) => steps.get(resource);
  const invoke = (resource: string, input: unknown) => {
    const step = stepOf(resource);
    const invocation = () => host.invoke(resource, input);
    return faults && step ? faults.around(step, resource, invocation) : invocation();
  };
  return { services, definition, host, workloads, tables, struck, stepOf, invoke };
}

/**
 * Waits for both, even when one fails. The resources that the other one opened have to be known before they
 * can be closed.
 */
async function together<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}
