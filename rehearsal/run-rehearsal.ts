import { writeFile } from 'node:fs/promises';
import type { Inventory } from '../lambdas/domain/anchor.ts';
import { instant } from '../lambdas/domain/instant.ts';
import type { FaultsAtWork } from '../simulation/faults/faults-at-work.ts';
import { anchorsOf, inventoryOf } from '../simulation/inventory/inventory.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import type { Tell } from '../simulation/log/progress.ts';
import { builtinInventory } from '../simulation/organizations/builtin.ts';
import type { AdminLimits } from '../simulation/served/admin-limits.ts';
import type { Intercept } from '../simulation/served/interceptions.ts';
import { createVirtualClock, type VirtualClock } from '../simulation/time/virtual-clock.ts';
import type { TrafficEnd } from '../simulation/workloads/workloads-worker.ts';
import { namedBy, policyFrom, requestFrom } from './asked.ts';
import { type RehearsalEnvironment, setUpEnvironment } from './environment.ts';
import type { ExecutionRun } from './execution/run-execution.ts';
import type { Report } from './report.ts';
import { underTraffic } from './traffic.ts';

export type RehearsalRunOptions = {
  /** The organization to rehearse on. When absent, the built-in one. */
  inventory?: InventoryFile;
  /** A policy, or a part of one. What it leaves out has its default. */
  policy?: unknown;
  /** When the rehearsal begins, in Unix seconds. When absent, now. */
  now?: number;
  /** The state machine's input, for which all clients are prepared. */
  request?: unknown;
  /** Anchors whose keys an attacker has. When absent, those that the request names. */
  compromised?: readonly string[];
  tell?: Tell;
  /** Ends the rehearsal early. It then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Intercepts calls and client traffic, once the organization exists. */
  intercept?: Intercept;
  /** API calls a minute. Calls beyond that are refused with `Retry-After`. */
  rateLimit?: number;
  /** What the admin key may not do, and the state of the audit log (F18, F19). */
  limits?: AdminLimits;
  /** Makes the faults that strike this organization. They replace `intercept`. */
  faults?: (inventory: Inventory) => FaultsAtWork | undefined;
};

/** What an execution needs besides the environment. */
export type RunContext = {
  clock: VirtualClock;
  tell: Tell;
  signal: AbortSignal | undefined;
  faults: FaultsAtWork | undefined;
};

/** The executions of one rehearsal. The first is the one that was asked for. */
export type ExecutionRuns = [ExecutionRun, ...ExecutionRun[]];

/** The executions that ran, and what the environment and the clients saw of them. */
export type RehearsalRun = {
  runs: ExecutionRuns;
  faults: FaultsAtWork | undefined;
  requests: Report['requests'];
  /** The state of the clients and of the attackers at the end. */
  ended: TrafficEnd;
  file: InventoryFile;
  environment: RehearsalEnvironment;
  durationMs: number;
};

/**
 * The least number of requests that the simulated clients send: around a rotation, and when nothing is
 * touched.
 */
const REQUESTS = { builtin: 2_000, inventory: 300, witnessed: 200 };

/** Sets up the environment, runs executions on it under live traffic, and leaves nothing behind. */
export async function runRehearsal(
  options: RehearsalRunOptions,
  run: (environment: RehearsalEnvironment, kit: RunContext) => Promise<ExecutionRuns>,
): Promise<RehearsalRun> {
  const begun = performance.now();
  const { now = Math.floor(Date.now() / 1000), tell = () => {}, signal, intercept } = options;
  const file = options.inventory ?? builtinInventory(now);
  const inventory = inventoryOf(file);
  const facts = { inventory, policy: policyFrom(options), request: requestFrom(options.request), now };
  const faults = options.faults?.(inventory);
  const clock = createVirtualClock(now);
  // The clock stands still until a plan is made. So an anchor that comes due one second later is not due yet,
  // however long the start takes.
  clock.stop();
  const undoing: (() => Promise<unknown>)[] = [];
  const afterwards = (undo: () => Promise<unknown>) => undoing.push(undo);
  try {
    const environment = await setUpEnvironment({
      file,
      facts,
      clock,
      tell,
      signal,
      intercept,
      faults,
      rateLimit: options.rateLimit,
      limits: options.limits,
      compromised: options.compromised ?? namedBy(facts.request),
      afterwards,
    });
    afterwards(() => keepLog(environment));
    tell({ kind: 'prepared', ...sizeOf(file, environment), now: instant(now) });
    const kit = { clock, tell, signal, faults };
    const rotation = options.inventory ? REQUESTS.inventory : REQUESTS.builtin;
    const enough = (all: ExecutionRuns) => (all.some(rotates) ? rotation : REQUESTS.witnessed);
    const { result, requests, ended } = await underTraffic(environment.workloads, { ...kit, enough }, () =>
      run(environment, kit),
    );
    const durationMs = Math.round(performance.now() - begun);
    return { runs: result, faults, requests, ended, file, environment, durationMs };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    for (const undo of undoing.reverse()) await undo();
  }
}

const rotates = ({ record }: ExecutionRun): boolean => record.plan?.decision === 'rotate';

/** Writes the functions' logs into the file that `WINDLASS_REHEARSAL_LOG` names. */
async function keepLog({ host }: RehearsalEnvironment): Promise<void> {
  const { WINDLASS_REHEARSAL_LOG: log } = process.env;
  if (log) await writeFile(log, host.logs());
}

const sizeOf = (file: InventoryFile, { services }: RehearsalEnvironment) => ({
  projects: file.projects.length,
  anchors: anchorsOf(file).length,
  clients: services.workloads.length,
});
