import type { Latencies } from '../storm/scale/latencies.ts';

/** How long each thing takes, in virtual milliseconds. The figures repeat exactly. */
export const LATENCIES: Latencies = {
  ...{ api: 100, probe: 150, aws: 10, warm: 15, cold: 800, transition: 20, mapRun: 2_000 },
};

/** How many scopes are handled at the same time. */
export const AT_ONCE = 40;

/**
 * The critical path of one scope under the safe protocol, one call after the other. No call can be left out,
 * or made at the same time as the next one. Probes run beside their control, so they count once. The list
 * stays as it was first written, so that figures can be compared. Two things in it are known to be avoidable:
 * the Pass before a scope's verdict (20 ms), and remembering the cut before the intent (10 ms). Without them
 * a ratio would be higher by 0.02.
 */
const CRITICAL_PATH = [
  ['begin: its fence', 'aws'],
  ['activate: list', 'api'],
  ['activate: the lease, the intent', 'aws', 'aws'],
  ['activate', 'api'],
  ['activate: list again', 'api'],
  ['activate: what was done', 'aws'],
  ['verify: the staged leaf', 'aws'],
  ['verify: probe', 'probe'],
  ['verify: what was seen', 'aws'],
  ['promote: what is current, what is staged, the intent', 'aws', 'aws', 'aws'],
  ['promote: the lease, who holds which stage, move, take the label off', 'aws', 'aws', 'aws', 'aws'],
  ['promote: look again, what was done', 'aws', 'aws'],
  ['verify again: what is current', 'aws'],
  ['verify again: probe', 'probe'],
  ['verify again: what was seen', 'aws'],
  ['deactivate: list', 'api'],
  ['deactivate: the lease, the cut, the intent', 'aws', 'aws', 'aws'],
  ['deactivate', 'api'],
  ['deactivate: list again', 'api'],
  ['deactivate: what was done, the mark, that of the other scope', 'aws', 'aws', 'aws'],
  ['confirm: what is current', 'aws'],
  ['confirm: probe', 'probe'],
  ['confirm: the old leaf', 'aws'],
  ['confirm: probe the old leaf', 'probe'],
  ['confirm: the lease, the cut is struck off, what was seen', 'aws', 'aws', 'aws'],
  ['conclude: the verdict', 'aws'],
] as const satisfies readonly (readonly [string, ...(keyof Latencies)[]])[];
/**
 * Begin, Activate, Verify, Promote, Verify again, Deactivate, Confirm, Conclude; and a Choice and a Pass
 * between them.
 */
const [INVOCATIONS, TRANSITIONS] = [8, 10];

/** The least milliseconds that one scope takes. */
export const pathOfOneScope =
  CRITICAL_PATH.flatMap(([, ...calls]) => calls).reduce((sum, call) => sum + LATENCIES[call], 0) +
  INVOCATIONS * LATENCIES.warm +
  TRANSITIONS * LATENCIES.transition;

/** The least milliseconds that a run of so many scopes takes. */
export const boundOf = (scopes: number): number =>
  Math.round((pathOfOneScope * scopes) / AT_ONCE + LATENCIES.mapRun + LATENCIES.cold);
