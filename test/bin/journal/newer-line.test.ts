import { expect, it } from 'vitest';
import { executionArn, openAccount, tableName } from '../doctor/account.ts';
import { windlass } from '../run.ts';
import { runToStop } from '../stop/stopped-run.ts';
import { ago, dailySweep, line } from '../trail-lines.ts';

it.each(['status', 'history'])(
  'windlass %s shows the rest beside a line of an event that a newer deployment has written, whose stack this clone may be older than',
  async (command) => {
    const account = await openAccount('acme');
    account.schedules.operations.CreateSchedule(dailySweep);
    const journal = account.journal('acme');
    const on = line('drill', 3_600);
    await journal.record(on(1, 'planned', { request: { mode: 'scheduled' }, blocked: [], scopes: [] }));
    await journal.record(on(60, 'ended', { outcome: 'halted', Error: 'ProbeRefused', Cause: 'proj_a: 401' }));
    const newer = { execution: executionArn('acme', 'drill'), startedAt: ago(3_600), at: ago(3_590) };
    const documents = await account.table('acme').documents();
    const sk = `${ago(3_600)}#${executionArn('acme', 'drill')}#${ago(3_590)}#18#weighed#-#AbCdEfGh`;
    const Item = { pk: 'rotation', sk, ...newer, event: 'weighed', detail: {} };
    await documents.put({ TableName: tableName('acme'), Item });
    const { stdout, stderr } = await windlass([command, 'acme'], account.env);
    expect(stdout, stderr).toContain('ProbeRefused');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('1 line of a newer deployment not shown');
  },
);

it('windlass stop refuses where the run has written such a line: which scope is busy may be what it tells (I9)', async () => {
  const { account, drill, execution } = await runToStop('Soak');
  const documents = await account.table('acme').documents();
  const { startedAt } = execution;
  const line = { execution: drill, startedAt, at: ago(9), event: 'weighed', detail: {} };
  const sk = `${startedAt}#${drill}#${line.at}#18#weighed#-#AbCdEfGh`;
  await documents.put({ TableName: tableName('acme'), Item: { pk: 'rotation', sk, ...line } });
  const { code, stderr } = await windlass(['stop', 'acme', '--yes'], account.env);
  const { status } = account.executions.operations.DescribeExecution({ executionArn: drill });
  expect({ code, status }, stderr).toEqual({ code: 2, status: 'RUNNING' });
  expect(stderr).toContain('1 line of a newer deployment');
});
