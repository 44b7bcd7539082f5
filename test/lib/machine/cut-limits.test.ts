import { describe, expect, it } from 'vitest';
import { shardsOf } from '../../../lambdas/domain/cut/shards.ts';
import { firstFew } from '../../../lambdas/domain/first-few.ts';
import type { ClientCheck } from '../../../lambdas/domain/plan-document/client-check.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { type Definition, resolveDefinition, type State } from '../../../lib/definition.ts';
import { rotating, rotation, run, waveOf } from '../locally.ts';
import { synthesized } from '../synthesized.ts';
import { catchesOf, placed } from './walk.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));

/** The characters that the cause of an execution may have (Step Functions). */
const LONGEST_CAUSE = 32_768;

/** A failure as Lambda hands it to Step Functions: as long as most of our messages, with a stack. */
const refusing = (errorType: string) => () => {
  const errorMessage = `${errorType}: `.padEnd(300, 'what was wrong, and what would have been right; ');
  const frame = '    at readTheWholeInventory (/var/task/lambdas/adapters/read-inventory.ts:28:21)';
  const trace = [`${errorType}: ${errorMessage}`, ...Array(8).fill(frame)];
  const cause = JSON.stringify({ errorType, errorMessage, trace });
  throw Object.assign(new Error(cause), { name: errorType });
};

const MOST_AT_ONCE = 40;
const scopes = Array.from({ length: MOST_AT_ONCE }, (_, i) => ({
  scope: `proj_${String(i).padStart(24, '0')}`,
  successions: [],
  checks: [],
}));
const plan = { ...rotation, waves: [waveOf('projects', scopes)] };

describe('the largest wave', () => {
  it('is as large as the policy may say', () => {
    expect(policySchema.safeParse({ concurrency: MOST_AT_ONCE }).success).toBe(true);
    expect(policySchema.safeParse({ concurrency: MOST_AT_ONCE + 1 }).success).toBe(false);
  });

  it('ends under the name of its halts, with clients restored, when every one halts and no undo succeeds', async () => {
    const answers = rotating({
      Plan: () => plan,
      Confirm: refusing('ApiRefused'),
      'Undo the cut': refusing('SecretInvalid'),
    });
    const { error, cause, entered } = await run(definition, answers);
    expect(error).toBe('ApiRefused');
    expect(cause.length).toBeLessThanOrEqual(LONGEST_CAUSE);
    for (const name of ['ApiRefused', 'SecretInvalid', scopes[0]?.scope]) expect(cause).toContain(name);
    expect(entered.slice(-3)).toEqual(['Restore clients', 'Take back everywhere', 'Release after a halt']);
  });
});

const client = (_: unknown, i: number) => ({ client: `client-${i}` }) as ClientCheck;
const MOST_SHARDS = shardsOf({ checks: Array.from({ length: 100_000 }, client) }).length;
/** The events that the history of one execution may have (Step Functions). */
const MOST_EVENTS = 25_000;
/** Returns the events of a state: entered and left, and for each attempt scheduled, started and ended. */
const eventsOf = ({ Type, Retry = [] }: State): number => {
  const attempts = (Retry as { MaxAttempts: number }[]).reduce(
    (sum, { MaxAttempts }) => sum + MaxAttempts,
    1,
  );
  return 2 + (Type === 'Task' ? 3 * attempts : 0);
};
/**
 * Returns the most events that one way through a machine writes into its history, when every state needs
 * every attempt. No Wait is entered twice.
 */
function longest(
  machine: Definition,
  name: string | undefined = machine.StartAt,
  waited: readonly string[] = [],
): number {
  const state = name === undefined ? undefined : machine.States[name];
  if (!state || waited.includes(String(name))) return 0;
  const within = state.ItemProcessor ? 3 + MOST_SHARDS * (3 + longest(state.ItemProcessor)) : 0;
  const choices = (state.Choices ?? []) as { Next: string }[];
  const next = [
    state.Next,
    state.Default,
    ...choices.map((one) => one.Next),
    ...catchesOf(state).map((one) => one.Next),
  ];
  const by = state.Type === 'Wait' ? [...waited, String(name)] : waited;
  const after = next.map((one) => (one ? longest(machine, String(one), by) : 0));
  return eventsOf(state) + within + Math.max(...after);
}

/** The bytes that a state may carry (Step Functions). */
const LARGEST_STATE = 256 * 1024;

describe("one scope's execution", () => {
  it('has room in a state for what all of its shards say, with names as long as they can be, though one half has halted', () => {
    const scope = 'organization';
    const names = firstFew(Array(1_000).fill('x'.repeat(128)), 5);
    const every = <T>(one: T) => Array.from({ length: MOST_SHARDS }, () => one);
    const look = { scope, provenAt: '2026-11-02T00:00:00.000Z', evidence: 'probe', probes: 1_000 };
    const confirmed = { scope, confirmedAt: look.provenAt, evidence: 'probe', probes: 1_000, refused: names };
    const halt = { Error: 'RetiringStillAccepted', Cause: 'x'.repeat(4_000) };
    const half = MOST_SHARDS / 2;
    const state = {
      verifications: every(look),
      moves: every({ scope, promoted: names, alreadyCurrent: names }),
      confirmations: [...every(confirmed).slice(half), ...every({ halt }).slice(half)],
    };
    expect(JSON.stringify(state).length).toBeLessThan(LARGEST_STATE - 32 * 1024);
  });

  const maps = ['Activate scope by scope', 'Deactivate scope by scope', 'At once'];
  it.each(maps)(
    'of %s has room in its history for as many shards as there may be, each of which needs every attempt that it has',
    (map) => {
      const machine = placed(definition).find(({ name }) => name === map)?.state.ItemProcessor as Definition;
      expect(longest(machine)).toBeGreaterThan(MOST_SHARDS * 100);
      expect(longest(machine)).toBeLessThan(MOST_EVENTS);
    },
  );
});
