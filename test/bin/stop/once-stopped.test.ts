import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { AwsFault } from '../../../simulation/world/aws-operations.ts';
import { start, windlass } from '../run.ts';
import { runToStop } from './stopped-run.ts';

const byAda = ['--yes', '--started-by', 'Ada', '--reason', 'a freeze has begun', '--json'];

/** A run that soaks. `after` happens right after it was stopped. */
async function stoppedThen(after: (account: Awaited<ReturnType<typeof runToStop>>['account']) => void) {
  const { account, drill } = await runToStop('Soak');
  const { operations } = account.executions;
  const stop = operations.StopExecution;
  vi.spyOn(operations, 'StopExecution').mockImplementation((body) => {
    const answer = stop(body);
    after(account);
    return answer;
  });
  return { account, status: () => operations.DescribeExecution({ executionArn: drill }).status };
}

it('I13: windlass stop says that a run is stopped though the table cannot be read or written any more, and takes nothing back', async () => {
  const { account, status } = await stoppedThen(({ tables }) => void tables.close());
  const env = { ...account.env, AWS_MAX_ATTEMPTS: '1' };
  const { code, stdout, stderr } = await windlass(['stop', 'acme', ...byAda], env);
  expect(status()).toBe('ABORTED');
  expect(JSON.parse(stdout)).toMatchObject({ stopped: true, isRecorded: false, late: null, mayLand: null });
  expect(stderr).toMatch(/warning: .*; Step Functions keeps it as the cause of the execution\n/);
  expect(stderr).toMatch(/warning: nobody could look what was cut at that moment: /);
  expect(stderr).toMatch(/■ Stopped: every scope works; a cut may have landed at that very moment/);
  expect(code).toBe(0);
});

it('I13: ends as one that has stopped it, with its record, however often it is interrupted after that', async () => {
  const { account, status } = await stoppedThen(() => undefined);
  // This command has its normal pauses. It still looks for late cuts when it is interrupted.
  const stopping = start(['stop', 'acme', ...byAda], account.env);
  while (status() === 'RUNNING') await setTimeout(5);
  for (let i = 0; i < 3; i++) {
    stopping.child.kill('SIGINT');
    await setTimeout(200);
  }
  const { code, stdout } = await stopping.ended;
  expect(JSON.parse(stdout)).toMatchObject({ stopped: true, isRecorded: true, late: [] });
  const history = await windlass(['history', 'acme'], account.env);
  expect({ code, isRecorded: history.stdout.includes('Ada') }).toEqual({ code: 0, isRecorded: true });
});

it('I13: says that a run is stopped where the answer of Step Functions was lost', async () => {
  const { account, status } = await stoppedThen(() => {
    throw new AwsFault('InternalFailure', 'the answer was lost');
  });
  const { code, stdout } = await windlass(['stop', 'acme', ...byAda], account.env);
  expect(JSON.parse(stdout)).toMatchObject({ stopped: true, isRecorded: true });
  expect([code, status()]).toEqual([0, 'ABORTED']);
});
