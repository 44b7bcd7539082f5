import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { executionArn, openAccount, tableName } from './doctor/account.ts';
import { windlass } from './run.ts';
import { ago, dailySweep, line } from './trail-lines.ts';

const DAY = 86_400;

/**
 * A rotation that has soaked for three days and soaks for four more. It rotates another anchor than the
 * emergency.
 */
const drill = line('drill', 3 * DAY);
const soaking = [
  drill(0, 'planned', {
    request: { mode: 'scheduled', startedBy: 'the daily sweep' },
    successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
    ...{ blocked: [], scopes: [['projects', ['proj_a']]], summary: '1 succession in 1 scope' },
  }),
  drill(10, 'activated', { activated: ['cert_new'] }, 'proj_a'),
  drill(12, 'verified', { evidence: 'probe', probes: 2, moment: 'overlap' }, 'proj_a'),
  drill(60, 'promoted', { promoted: ['shop'], soakUntil: ago(-4 * DAY) }),
];

const emergency = {
  mode: 'emergency',
  anchors: ['cert_leaked'],
  reason: 'its key leaked',
  startedBy: 'ada@laptop',
};
const error = { Error: 'ApiUnavailable', Cause: 'list certificates: 503' };

async function account(entries: JournalEntry[], lease: { holder: string; mode: string; released: boolean }) {
  const set = await openAccount('acme');
  set.schedules.operations.CreateSchedule(dailySweep);
  const journal = set.journal('acme');
  for (const entry of entries) await journal.record(entry);
  await journal.rememberSuccess(ago(3_600));
  // The Wait state of the rotation ends by itself in some days, whichever run has the lease then.
  set.executions.set(executionArn('acme', 'drill'), 'RUNNING');
  set.executions.entered(executionArn('acme', 'drill'), 'Soak');
  const input = JSON.stringify(emergency);
  set.executions.set(executionArn('acme', 'fire'), 'FAILED', {
    error: error.Error,
    cause: error.Cause,
    input,
  });
  const documents = await set.table('acme').documents();
  const item = { pk: 'lease', sk: 'lease', token: 2, takenAt: ago(3_600), ...lease };
  await documents.put({ TableName: tableName('acme'), Item: item });
  return { ...set, journal, status: () => windlass(['status', 'acme'], set.env) };
}

/** The rotation has the lease. */
const soaks = { holder: executionArn('acme', 'drill'), mode: 'scheduled', released: false };

describe('I13, I15: windlass status is red', () => {
  it('where an emergency halted before it could look, though a rotation that it took the lease from has not woken yet', async () => {
    const fire = line('fire', 3_600);
    const { journal, status } = await account(
      [...soaking, fire(2_700, 'ended', { outcome: 'halted', ...error, request: emergency })],
      { holder: executionArn('acme', 'fire'), mode: 'emergency', released: true },
    );
    await journal.rememberCompromised([
      { anchorId: 'cert_leaked', reason: 'its key leaked', namedAt: ago(3_600) },
    ]);
    const { code, stdout } = await status();
    expect(
      { code, told: /cert_leaked was named|ended halted/.test(stdout.replaceAll(/\s+/g, ' ')) },
      stdout,
    ).toEqual({
      ...{ code: 4, told: true },
    });
  });

  it('where an emergency wrote nothing down, since its function could not be run, though a rotation soaks and is looked beside', async () => {
    const look = line('look', 60);
    const { journal, status } = await account(soaking, soaks);
    expect(await status()).toMatchObject({ code: 4 });
    // The sweep does not know what the emergency would have named.
    await journal.record(look(1, 'busy', { request: { mode: 'scheduled' }, blocked: [] }));
    expect((await status()).stdout).toMatch(/the last run ended failed .* and wrote nothing down/);
  });
});

it('windlass status is red for a sweep that halted beside a soak until the next one has looked', async () => {
  const [halted, look] = [line('halted', DAY), line('look', 3_600)];
  const { executions, journal, status } = await account(
    [...soaking, halted(60, 'ended', { outcome: 'halted', ...error, request: { mode: 'scheduled' } })],
    soaks,
  );
  executions.set(executionArn('acme', 'fire'), 'SUCCEEDED');
  expect((await status()).stdout).toContain('the last run ended halted');
  await journal.record(look(1, 'busy', { request: { mode: 'scheduled' }, blocked: [] }));
  expect(await status()).toMatchObject({ code: 0 });
});
