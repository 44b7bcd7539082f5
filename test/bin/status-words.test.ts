import { expect, it } from 'vitest';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { machineArn, openAccount } from './doctor/account.ts';
import { windlass } from './run.ts';
import { ago } from './trail-lines.ts';

const sweep = {
  ...{
    GroupName: 'windlass-acme',
    Name: 'sweep',
    ScheduleExpression: 'cron(0 14 * * ? *)',
    State: 'ENABLED',
  },
  ...{ FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: machineArn('acme'), RoleArn: 'role' } },
};

async function acme(...entries: JournalEntry[]) {
  const account = await openAccount('acme', 'beta');
  account.schedules.operations.CreateSchedule(sweep);
  const journal = account.journal('acme');
  for (const entry of entries) await journal.record(entry);
  await journal.rememberSuccess(ago(3_600));
  return { ...account, journal };
}

it('windlass status of acme tells a command that works, and works on acme', async () => {
  const { env, journal } = await acme();
  await journal.rememberCompromised([{ anchorId: 'cert_leaked', reason: 'it leaked', namedAt: ago(3_600) }]);
  const { stdout } = await windlass(['status', 'acme'], env);
  const [, told = ''] = /windlass (rotate.*? --manual)/.exec(stdout.replaceAll(/\s+/g, ' ')) ?? [];
  expect(told).not.toBe('');
  const elsewhere = { ...env, WINDLASS_STATE_MACHINE: machineArn('beta') };
  const without = await windlass([...told.split(' '), '--yes', '--no-wait'], env);
  const beside = await windlass([...told.split(' '), '--yes', '--no-wait'], elsewhere);
  expect({ code: without.code, started: /started \S+:windlass-(\w+):/.exec(beside.stdout)?.[1] }).toEqual({
    ...{ code: 0, started: 'acme' },
  });
});
