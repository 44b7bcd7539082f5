import { ORGANIZATION, type Scope } from '../anchor.ts';
import type { Client } from '../client.ts';
import type { Plan, ScopePlan, Wave } from '../document.ts';
import { WindlassError } from '../errors.ts';
import type { Policy } from '../policy.ts';

/** Scopes one run may rotate: twice a Map iteration's events for each, with retries, stay within 25,000 (Step Functions). */
const MOST_SCOPES = 300;

/**
 * Scopes that may all halt in one wave: a verdict takes up to a kilobyte, and a state 256 KiB. A wave of a rotation has no
 * more than are handled at once.
 */
const MOST_AT_ONCE = 120;

/** Bytes of JSON that the waves may take: the whole document, with every verdict, must stay within 256 KiB. */
const MOST_BYTES = 96 * 1024;

/** Bytes of JSON that a whole plan may take; with what the steps add, a state holds 256 KiB. */
export const MOST_PLAN_BYTES = 200 * 1024;

/** Bytes of JSON that a step may be handed: one scope's plan and, right before its cut, every configured client. */
const MOST_STEP_BYTES = 240 * 1024;

/** Throws `InvalidConfiguration` for a plan that no execution can carry: Step Functions would end it under no name. */
export function demandCarriable(plan: Plan, configured: readonly Client[]): Plan {
  const bytes = bytesOf(plan);
  if (bytes > MOST_PLAN_BYTES) {
    const checks = plan.waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.checks));
    const clients = new Set(checks.map(({ client }) => client)).size;
    throw new WindlassError(
      'InvalidConfiguration',
      `clients: the plan takes ${Math.ceil(bytes / 1024)} KiB for ${clients} clients, and one execution can carry ${MOST_PLAN_BYTES / 1024} KiB: configure fewer clients, such as one for each workload that holds certificates of its own`,
    );
  }
  const step = bytesOf(configured) + Math.max(0, ...plan.waves.flatMap(({ scopes }) => scopes.map(bytesOf)));
  if (step > MOST_STEP_BYTES)
    throw new WindlassError(
      'InvalidConfiguration',
      `clients: with the ${configured.length} that are configured, a scope's plan takes ${Math.ceil(step / 1024)} KiB, and one step can be handed ${MOST_STEP_BYTES / 1024} KiB: configure fewer clients, by the short names of their secrets`,
    );
  return plan;
}

/**
 * Canary projects first, then the other projects, the organization last (rule 4): its blast radius is everyone (F7).
 * No wave has more scopes than are handled at once: those may all halt together, and nothing begins after them. Where
 * each scope goes by itself there is one wave: first what can be cut, and of that the organization, by which a leaked key
 * reaches every project.
 */
export function wavesOf(
  scopePlans: readonly ScopePlan[],
  { canary, concurrency, atOnce }: Pick<Policy, 'canary' | 'concurrency'> & { atOnce: boolean },
): Wave[] {
  const nameOf = (scope: Scope): Wave['name'] =>
    scope === ORGANIZATION ? 'organization' : canary.includes(scope) ? 'canary' : 'projects';
  if (atOnce) return [{ name: 'everywhere', scopes: inOrder(scopePlans) }];
  return (['canary', 'projects', 'organization'] as const).flatMap((name) => {
    const ofName = scopePlans.filter(({ scope }) => nameOf(scope) === name);
    const waves = Math.ceil(ofName.length / concurrency);
    return Array.from({ length: waves }, (_, i) => ({
      name,
      scopes: ofName.slice(i * concurrency, (i + 1) * concurrency),
    }));
  });
}

/** What can be cut before what cannot, and of each the organization before the projects. */
function inOrder(scopePlans: readonly ScopePlan[]): ScopePlan[] {
  const rank = ({ scope, successions }: ScopePlan): number =>
    2 * Number(successions.every(({ held }) => held)) + Number(scope !== ORGANIZATION);
  return scopePlans.toSorted((a, b) => rank(a) - rank(b));
}

/** The first scopes, in the order of the waves, that one execution can carry; the rest wait for the next run. */
export function withinLimits(waves: readonly Wave[]): { waves: Wave[]; deferredScopes: number } {
  let bytes = 0;
  let scopes = 0;
  let deferredScopes = 0;
  const most = waves.some(({ name }) => name === 'everywhere') ? MOST_AT_ONCE : MOST_SCOPES;
  const kept = waves.map(({ name, scopes: plans }) => ({
    name,
    scopes: plans.filter((plan) => {
      // Once one scope has to wait, all that follow it wait too: the order of the waves is a promise.
      if (deferredScopes === 0) bytes += bytesOf(plan);
      // The first always goes, however many clients reach it: a scope that always waits is never rotated.
      const isTooMuch = scopes > 0 && (scopes >= most || bytes > MOST_BYTES);
      if (deferredScopes > 0 || isTooMuch) {
        deferredScopes++;
        return false;
      }
      scopes++;
      return true;
    }),
  }));
  return { waves: kept.filter((wave) => wave.scopes.length > 0), deferredScopes };
}

const utf8 = new TextEncoder();

/** As AWS counts: a letter beyond ASCII takes more than one byte. */
const bytesOf = (value: unknown): number => utf8.encode(JSON.stringify(value)).length;
