import { WindlassError } from '../lambdas/domain/errors.ts';
import { type Policy, policySchema } from '../lambdas/domain/policy.ts';
import { type Request, requestSchema } from '../lambdas/domain/request.ts';
import { builtinInventory, builtinPolicy } from './builtin.ts';
import { anchorsOf, type InventoryFile, inventoryOf } from './inventory.ts';
import type { Report, Tell } from './report.ts';
import { reportOf } from './report-of.ts';
import type { Intercept } from './scene.ts';
import { type Stage, setStage } from './stage.ts';
import { createVirtualClock } from './virtual-clock.ts';

export type RehearseOptions = {
  /** The organization to rehearse on; the built-in one when absent. */
  inventory?: InventoryFile;
  /** A policy, or part of one: what it leaves out has DESIGN's default. */
  policy?: unknown;
  /** When the rehearsal begins, in Unix seconds; now when absent. */
  now?: number;
  /** The state machine's input. */
  request?: unknown;
  tell?: Tell;
  /** Ends the rehearsal early; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** What gets in the way of API calls and of client traffic, once the organization is there. */
  intercept?: Intercept;
};

/** Requests that the simulated clients send, at the least, before a rehearsal may end. */
const REQUESTS = { builtin: 2_000, inventory: 300 };

/**
 * Runs a whole rotation on this machine: the synthesized definition and the bundled handlers, against a simulated
 * organization under live mutual-TLS traffic. Throws `InvalidInput` for a bad policy; whatever goes wrong within the
 * rotation is in the report.
 */
export async function rehearse(options: RehearseOptions = {}): Promise<Report> {
  const begun = performance.now();
  const { now = Math.floor(Date.now() / 1000), request = {}, tell = () => {}, signal, intercept } = options;
  const file = options.inventory ?? builtinInventory(now);
  const inventory = inventoryOf(file);
  const facts = { inventory, policy: policyFrom(options), request: requestFrom(request), now };
  const clock = createVirtualClock(now);
  const undoing: (() => Promise<unknown>)[] = [];
  try {
    const afterwards = (undo: () => Promise<unknown>) => undoing.push(undo);
    const setting = setStage({ file, facts, clock, tell, signal, intercept, afterwards });
    // The engine brings its own AWS SDK: it is loaded while the app is synthesized.
    const [{ perform }, stage] = await Promise.all([import('./perform.ts'), setting]);
    tell({ kind: 'prepared', ...sizeOf(file, stage), now: new Date(now * 1000).toISOString() });
    const minimum = options.inventory ? REQUESTS.inventory : REQUESTS.builtin;
    const performed = await perform(stage, { clock, request, tell, signal, minimum });
    const durationMs = Math.round(performance.now() - begun);
    const report = reportOf({ ...performed, ...stage.scene, file, durationMs });
    tell({ kind: 'ended', outcome: report.outcome });
    return report;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    for (const undo of undoing.reverse()) await undo();
  }
}

/** The policy to rehearse by. The built-in organization keeps its own holds and canaries unless told others. */
function policyFrom({ inventory, policy = {} }: RehearseOptions): Policy {
  const parsed = policySchema.safeParse(policy);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'policy'}: ${message}`,
    );
    throw new WindlassError('InvalidInput', `the policy is not valid: ${problems.join('; ')}`);
  }
  if (inventory) return parsed.data;
  const { hold, canary } = parsed.data;
  return {
    ...parsed.data,
    hold: [...new Set([...builtinPolicy.hold, ...hold])],
    canary: canary.length > 0 ? canary : builtinPolicy.canary,
  };
}

/** What the operator prepares for. A request that Plan will refuse prepares nobody for anything. */
function requestFrom(request: unknown): Request {
  const parsed = requestSchema.safeParse(request);
  return parsed.success ? parsed.data : { mode: 'scheduled' };
}

const sizeOf = (file: InventoryFile, { scene }: Stage) => ({
  projects: file.projects.length,
  anchors: anchorsOf(file).length,
  clients: scene.workloads.length,
});
