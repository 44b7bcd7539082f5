import { asManyAsFit, firstFew } from './first-few.ts';
import { settling } from './overlap/settling.ts';
import type { Blocked } from './plan-document/blocked.ts';
import type { CarriedPlan } from './plan-document/carried-plan.ts';
import type { Plan } from './plan-document/plan.ts';
import type { ScopePlan } from './plan-document/scope-plan.ts';
import type { Stored } from './plan-document/stored.ts';
import type { CarriedWave, Wave } from './plan-document/wave.ts';

/**
 * The two visits of a scope: into the overlap, and the cut. Where scopes go by themselves there is only the
 * cut.
 */
export const phases = ['overlap', 'cut'] as const;
export type Phase = (typeof phases)[number];

/**
 * The most characters of a scope's plan in its wave's list, since a state holds 256 KiB. A longer plan has an
 * object of its own.
 */
export const MOST_IN_A_LIST = 32 * 1024;

/** How many scopes and clients a blocked cut names in the execution's own document, and in the trail. */
const MOST_BLOCKED = 20;
/** How many scopes of a wave the trail names, since an item of the table holds 400 KB (DynamoDB). */
const MOST_NAMED = 1_000;
/**
 * How many bytes of JSON each of `blocked` and `warnings` may take there, since a state holds 256 KiB (Step
 * Functions).
 */
const MOST_BYTES = 60_000;

/**
 * Returns a plan as its execution carries it. Everything that grows with the organization is in S3, and only
 * named here.
 */
export function carriedPlan(
  plan: Plan,
  { whole, clients, waves }: { whole: Stored; clients: Stored; waves: CarriedWave[] },
): CarriedPlan {
  const { promotions, leftOut: _, waves: planned, blocked, warnings, ...carried } = plan;
  const successions = planned.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.successions));
  return {
    ...carried,
    ...toldIn({ blocked, warnings }),
    whole,
    clients,
    waves,
    settleSeconds: promotions.length > 0 ? settling(plan) : 0,
    cutsCompromised: successions.some(({ compromised }) => compromised),
  };
}

/**
 * Returns as much of `blocked` and `warnings` as a state and a line of the trail can carry. The whole plan
 * has all of it.
 */
export const toldIn = ({ blocked, warnings }: Pick<Plan, 'blocked' | 'warnings'>) => ({
  blocked: asManyAsFit(blocked.map(shortened), MOST_BYTES),
  ...(warnings && { warnings: asManyAsFit(warnings, MOST_BYTES) }),
});

/** Returns the plans of all scopes, wave after wave. */
export const scopePlansOf = ({ waves }: Pick<Plan, 'waves'>): ScopePlan[] =>
  waves.flatMap(({ scopes }) => scopes);

/** Returns the scopes of each wave, as many as a line of the trail can carry. */
export const scopesIn = (waves: readonly Wave[]): [string, string[]][] =>
  waves.map(({ name, scopes }) => [
    name,
    firstFew(
      scopes.map(({ scope }) => scope),
      MOST_NAMED,
    ),
  ]);

/**
 * Returns the scopes in which nothing may be cut yet, as many as a line of the trail can carry; no key where
 * there are none.
 */
export function heldIn(waves: readonly Wave[]): { held?: string[] } {
  const all = waves
    .flatMap(({ scopes }) => scopes)
    .filter(({ successions }) => successions.length > 0 && successions.every(({ held }) => held));
  const held = firstFew(
    all.map(({ scope }) => scope),
    MOST_NAMED,
  );
  return held.length > 0 ? { held } : {};
}

const shortened = (blocked: Blocked): Blocked => {
  const { scopes, clients } = blocked;
  return {
    ...blocked,
    ...(scopes && { scopes: firstFew(scopes, MOST_BLOCKED) }),
    ...(clients && { clients: firstFew(clients, MOST_BLOCKED) }),
  };
};
