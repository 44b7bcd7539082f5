import { type DescribeExecutionCommand, type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { stopSafely } from '../../../bin/stop/stop-safely.ts';
import type { Table } from '../../../lambdas/adapters/table/table.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { runToStop } from './stopped-run.ts';

const now = Math.floor(Date.now() / 1000);
const looked = { evidence: 'probe', probes: 2, moment: 'beforeCut' };
const cut = { scope: 'proj_a', retiring: 'cert_old', successor: 'cert_new', compromised: false };
const CUT = { deactivated: ['cert_old'], before: [], after: [] };

type Documents = Awaited<ReturnType<Table['documents']>>;

/** A table at which `happens` runs once, right before the first query that `happensAt` picks. */
function meanwhile(
  table: Table,
  happensAt: (partition: string) => boolean,
  happens: () => Promise<unknown>,
): Table {
  let isDue = true;
  const documents = async (): Promise<Documents> => {
    const real = await table.documents();
    const query = async (input: QueryCommandInput) => {
      if (isDue && happensAt(String(input.ExpressionAttributeValues?.[':pk']))) {
        isDue = false;
        await happens();
      }
      return real.query(input);
    };
    return Object.create(real, { query: { value: query } });
  };
  return { ...table, documents };
}

/**
 * Stops a run while its table is read. Returns what the stop waits for, or an empty text where the run is
 * stopped.
 */
async function waitsFor(
  { account, drill }: Awaited<ReturnType<typeof runToStop>>,
  table: Table,
): Promise<string> {
  const { operations } = account.executions;
  const send = async (command: DescribeExecutionCommand | StopExecutionCommand) => {
    if (command instanceof StopExecutionCommand) return operations.StopExecution({ ...command.input });
    const told = operations.DescribeExecution({ ...command.input });
    return { ...told, startDate: new Date((now - 60) * 1000) };
  };
  const by = new AbortController();
  let waited = '';
  const status = ([line = '']: readonly string[]) => {
    waited = line;
    // Nothing ends what it waits for, so the test interrupts it.
    setTimeout(() => by.abort(), 10);
  };
  const screen = { line: () => {}, status };
  const around = { screen, signal: by.signal, commit: () => {} };
  const asked = { execution: drill, cause: 'x' };
  await stopSafely({ send } as unknown as SFNClient, table, asked, around).catch((error) => {
    if (!by.signal.aborted) throw error;
  });
  const isStopped = operations.DescribeExecution({ executionArn: drill }).status !== 'RUNNING';
  return isStopped ? '' : waited;
}

it('I10, I11: a run is not stopped after a cut that it makes while the verdicts of its scopes are read', async () => {
  const set = await runToStop('Deactivate scope by scope');
  const { account, line } = set;
  for (const scope of ['proj_a', 'proj_b'])
    await line(45, 'verified', { ...looked, moment: 'overlap' }, scope);
  await line(40, 'promoted', { promoted: ['billing'], alreadyCurrent: [], leaves: [] });
  const cuts = async () => {
    await line(1, 'verified', looked, 'proj_a');
    await account.journal('acme').rememberCuts([{ ...cut, cutAt: instant(now) }]);
    await line(0, 'deactivated', CUT, 'proj_a');
  };
  const table = meanwhile(account.table('acme'), (partition) => partition === 'verdict', cuts);
  expect(await waitsFor(set, table)).toContain('waiting for 1 cut to be confirmed: proj_a');
});

it('I10, I11: nor between an undo that comes while its trail is read and the look at the clients', async () => {
  const set = await runToStop('Deactivate scope by scope');
  const { account, line } = set;
  for (const scope of ['proj_a', 'proj_b'])
    await line(45, 'verified', { ...looked, moment: 'overlap' }, scope);
  await line(40, 'promoted', { promoted: ['billing'], alreadyCurrent: [], leaves: [] });
  await line(30, 'verified', looked, 'proj_a');
  await line(29, 'deactivating', { deactivating: ['cert_old'], before: [] }, 'proj_a');
  await line(28, 'deactivated', CUT, 'proj_a');
  await account.journal('acme').rememberCuts([{ ...cut, cutAt: instant(now - 29) }]);
  let isTrailRead = false;
  const isAfterTheTrail = (partition: string) => {
    const isNext = isTrailRead && partition !== 'rotation';
    isTrailRead ||= partition === 'rotation';
    return isNext;
  };
  const undoes = async () => {
    await line(1, 'undone', { reactivated: ['cert_old'], standing: [], error: 'SuccessorRefused' }, 'proj_a');
    await account.journal('acme').forgetCuts([cut]);
  };
  const table = meanwhile(account.table('acme'), isAfterTheTrail, undoes);
  expect(await waitsFor(set, table)).toContain('waiting for 1 cut to be confirmed: proj_a');
});
