import type { Latencies } from '../storm/scale/latencies.ts';

/** What everything takes, in virtual milliseconds: the figures repeat exactly. */
export const LATENCIES: Latencies = {
  ...{ api: 100, probe: 150, aws: 10, warm: 15, cold: 800, transition: 20, mapRun: 2_000 },
};

/** Scopes at the same time. */
export const AT_ONCE = 40;

/**
 * The critical path of one scope under the safe protocol, one call after the other: nothing of it can be left out or made at the
 * same time as what follows. Probes go beside their control, so that they count once. It stays as it was first written down, so that
 * figures compare. Two things in it have been found to be avoidable since: the Pass before a scope's verdict (20 ms), and that the cut is
 * remembered before the intent is (10 ms). Without these a ratio would be greater by 0.02.
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
/** Begin, Activate, Verify, Promote, Verify again, Deactivate, Confirm, Conclude, and between them a Choice and a Pass. */
const [INVOCATIONS, TRANSITIONS] = [8, 10];

/** Milliseconds that one scope takes at least. */
export const pathOfOneScope =
  CRITICAL_PATH.flatMap(([, ...calls]) => calls).reduce((sum, call) => sum + LATENCIES[call], 0) +
  INVOCATIONS * LATENCIES.warm +
  TRANSITIONS * LATENCIES.transition;

/** Milliseconds below which no run of so many scopes can stay. */
export const boundOf = (scopes: number): number =>
  Math.round((pathOfOneScope * scopes) / AT_ONCE + LATENCIES.mapRun + LATENCIES.cold);
