import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import { executionArn, openAccount, tableName } from '../doctor/account.ts';
import { windlass } from '../run.ts';

const DAY = 86_400;
const now = Math.floor(Date.now() / 1000);
const execution = executionArn('acme', 'drill');
const startedAt = instant(now - 3_600);
const entry = (
  after: number,
  event: JournalEntry['event'],
  detail: object,
  scope?: string,
): JournalEntry => ({
  ...{ execution, startedAt, at: instant(now - 3_600 + after), event, detail: { ...detail } },
  ...(scope && { scope }),
});

/**
 * A run that halts after a wave of the overlap stopped. Clients that were proven are moved, and the look
 * after clients may take 45 minutes.
 */
const halting = [
  entry(0, 'planned', {
    ...{ request: { mode: 'scheduled', startedBy: 'the daily sweep' }, blocked: [] },
    successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
    ...{ scopes: [['canary', ['proj_a', 'proj_b']]], summary: '1 succession in 2 scopes' },
  }),
  entry(10, 'activated', { activated: ['cert_new'] }, 'proj_a'),
  entry(12, 'verified', { evidence: 'probe', probes: 2, moment: 'overlap' }, 'proj_a'),
  entry(60, 'promoted', { promoted: ['shop'], soakUntil: instant(now + 7 * DAY), unproven: ['proj_b'] }),
];

async function told(...entries: JournalEntry[]) {
  const account = await openAccount('acme');
  const journal = account.journal('acme');
  for (const one of entries) await journal.record(one);
  return account;
}

it('says of a run that halts after its overlap no word of a soak: nothing soaks in it (I13)', async () => {
  const account = await told(...halting);
  account.executions.set(execution, 'RUNNING');
  account.executions.entered(execution, 'Restore clients');
  const lease = { holder: execution, mode: 'scheduled', token: 1, released: false, takenAt: startedAt };
  const documents = await account.table('acme').documents();
  await documents.put({ TableName: tableName('acme'), Item: { pk: 'lease', sk: 'lease', ...lease } });
  const { stdout } = await windlass(['status', 'acme'], account.env);
  expect(stdout).not.toMatch(/soaks until|phase +soak|verify again, deactivate/);
});

it('says so neither in the history of such a run', async () => {
  const account = await told(
    ...halting,
    entry(90, 'ended', { outcome: 'halted', Error: 'SuccessorRefused', Cause: 'it was' }),
  );
  const { stdout } = await windlass(['history', 'acme'], account.env);
  expect(stdout).toContain('halted');
  expect(stdout).not.toMatch(/soaked until/);
});
