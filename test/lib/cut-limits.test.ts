import { describe, expect, it } from 'vitest';
import { policySchema } from '../../lambdas/domain/policy.ts';
import { resolveDefinition } from '../../lib/definition.ts';
import { rotating, rotation, run, waveOf } from './locally.ts';
import { synthesized } from './synthesized.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));

/** Characters that the cause of an execution may have (Step Functions). */
const LONGEST_CAUSE = 32_768;

/** A failure as Lambda hands it to Step Functions: words enough for most of our messages, and a stack. */
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
    expect(entered.slice(-2)).toEqual(['Restore clients', 'Release after a halt']);
  });
});
