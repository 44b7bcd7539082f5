import { asManyAsFit, firstFew } from './first-few.ts';
import { settling } from './overlap/settling.ts';
import type { Blocked, CarriedPlan, CarriedWave, Plan, ScopePlan, Stored, Wave } from './plan-document.ts';

/** Which of a scope's two visits: into the overlap, or the cut. Where scopes go by themselves there is the cut alone. */
export const phases = ['overlap', 'cut'] as const;
export type Phase = (typeof phases)[number];

/** Characters of a scope's plan in its wave's list; a longer one has an object of its own, and a state holds 256 KiB. */
export const MOST_IN_A_LIST = 32 * 1024;

/** Scopes and clients that a blocked cut names in the execution's own document, and in the trail. */
const MOST_BLOCKED = 20;
/** Scopes of a wave that the trail names: an item of the table holds 400 KB (DynamoDB). */
const MOST_NAMED = 1_000;
/** Bytes of JSON that what is blocked and warned of may take there: a state holds 256 KiB (Step Functions). */
const MOST_BYTES = 60_000;

/** A plan as its execution carries it, with what is in S3 in the place of what grows with the organization. */
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

/** What is blocked and warned of, as much as a state and a line of the trail can carry; the whole plan has it all. */
export const toldIn = ({ blocked, warnings }: Pick<Plan, 'blocked' | 'warnings'>) => ({
  blocked: asManyAsFit(blocked.map(shortened), MOST_BYTES),
  ...(warnings && { warnings: asManyAsFit(warnings, MOST_BYTES) }),
});

/** The plans of all scopes, wave after wave. */
export const scopePlansOf = ({ waves }: Pick<Plan, 'waves'>): ScopePlan[] =>
  waves.flatMap(({ scopes }) => scopes);

/** The scopes of each wave, as many as a line of the trail can carry. */
export const scopesIn = (waves: readonly Wave[]): [string, string[]][] =>
  waves.map(({ name, scopes }) => [
    name,
    firstFew(
      scopes.map(({ scope }) => scope),
      MOST_NAMED,
    ),
  ]);

/** The scopes in which nothing of their plan may be cut yet, as many as such a line can carry; a line of a plan without one has none. */
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
