import { expect, it } from 'vitest';
import { looksLikeKey } from '../../lambdas/domain/secret-name.ts';
import { executionArn, openAccount } from './doctor/account.ts';
import { windlass } from './run.ts';

/** A text in the form of an API key. It is nobody's key. */
const KEY = 'sk-admin-Zx81QmRt40VbNc77LpKd29Wy';

it.each([
  ['sk-admin-abcdefghijkl1234567890abcdefghijkl', true],
  ['sk-proj-ABCDEFGHJK1234567890MNPQ', true],
  [KEY, true],
  // Names that only begin as keys do.
  ['sk-emergency-of-the-payments-team-2026', false],
  ['rk-rotation-2026-11-30-acme', false],
])('I14: what looks like a key, in one case or in two: %s, %s', (text, isKey) => {
  expect(looksLikeKey(text)).toBe(isKey);
});

it.each([
  [['rotate', 'acme', '--manual', '--no-wait']],
  [['stop', 'acme', '--reason', 'a freeze']],
  [['compromised', 'acme', '--retract', 'cert_a', '--reason', 'the wrong one']],
])(
  'I14: a key in the place of who does it is refused before anything remembers or tells it: %s',
  async (args) => {
    const account = await openAccount('acme');
    const journal = account.journal('acme');
    await journal.rememberCompromised([{ anchorId: 'cert_a', reason: 'leaked' }]);
    const drill = executionArn('acme', 'drill');
    account.executions.set(drill, 'RUNNING');
    const { code, stdout, stderr } = await windlass([...args, '--yes', '--started-by', KEY], account.env);
    expect(code).toBe(2);
    expect(stderr).toContain('--started-by was given what looks like a key');
    expect(`${stdout}${stderr}`).not.toContain(KEY);
    const { operations } = account.executions;
    expect(operations.DescribeExecution({ executionArn: drill })).toMatchObject({ status: 'RUNNING' });
    expect(await journal.compromised()).toHaveLength(1);
    expect(account.calls).toEqual([]);
  },
);
