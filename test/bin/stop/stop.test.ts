import { describe, expect, it } from 'vitest';
import { dynamoVerdicts } from '../../../lambdas/adapters/table/verdicts.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import { executionArn, openAccount } from '../doctor/account.ts';
import { HURRIED, start, until, windlass } from '../run.ts';

const drill = executionArn('acme', 'drill');
const now = Math.floor(Date.now() / 1000);
const plan = (mode: string) => ({
  request: { mode, anchors: mode === 'emergency' ? ['cert_old'] : [], reason: 'x' },
  successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
  blocked: [],
  scopes: [['projects', ['proj_a', 'proj_b']]],
});
const cut = (scope: string, cutAt = instant(now + 60)) => ({
  ...{ scope, cutAt, retiring: 'cert_old', successor: 'cert_new', compromised: false },
});

/** An account in which a rotation of two scopes runs. The first scope is cut, and the second is not. */
async function rotating(mode = 'scheduled') {
  const account = await openAccount('acme');
  account.executions.set(drill, 'RUNNING');
  account.executions.entered(drill, 'Deactivate retiring anchors');
  const journal = account.journal('acme');
  const run = { execution: { id: drill, startedAt: instant(now - 60) } };
  const seen = { evidence: 'probe', probes: 2 };
  await journal.record(entryOf(run, now - 50, 'planned', plan(mode)));
  for (const scope of ['proj_a', 'proj_b'])
    await journal.record(entryOf(run, now - 40, 'verified', { ...seen, moment: 'overlap' }, scope));
  await journal.record(entryOf(run, now - 20, 'deactivated', { deactivated: ['cert_old'] }, 'proj_a'));
  await journal.record(entryOf(run, now - 10, 'confirmed', seen, 'proj_a'));
  const stop = (...args: string[]) => windlass(['stop', 'acme', ...args], account.env);
  const status = () => account.executions.operations.DescribeExecution({ executionArn: drill });
  return { ...account, journal, stop, status };
}
const byAda = ['--yes', '--started-by', 'Ada', '--reason', 'a freeze has begun'];

describe('windlass stop', () => {
  it('says what it leaves in each scope and what follows, stops, and has who did it and why on record', async () => {
    const { stop, status, env } = await rotating();
    const { code, stdout, stderr } = await stop(...byAda);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/ rotated +1: proj_a\n +old and new active +1: proj_b\n/);
    expect(stdout).toMatch(/ what it does +it confirms or puts back .*\n +without another soak\n/);
    expect(stdout).toContain('■ Stopped: every scope works; the next run goes on from here\n');
    expect(status()).toMatchObject({
      ...{ status: 'ABORTED', error: 'Stopped', cause: 'Ada: a freeze has begun' },
    });
    const history = await windlass(['history', 'acme'], env);
    expect(history.stdout).toMatch(/stopped 20\d\d-\d\d-\d\d \d\d:\d\d UTC: Ada: a freeze has begun\n/);
    const after = await windlass(['status', 'acme', '--json'], env);
    expect(JSON.parse(after.stdout).actions[0]).toMatch(/the last run was stopped on 20/);
  });

  it('waits until no scope is between its cut and its confirmation, and says for which', async () => {
    const { journal, env, status } = await rotating();
    await journal.rememberCuts([cut('proj_b')]);
    const stopping = start(['stop', 'acme', '--json', ...byAda], env);
    await until(stopping, ({ stderr }) => /waiting for 1 cut to be confirmed: proj_b, since 20/.test(stderr));
    expect(status()).toMatchObject({ status: 'RUNNING' });
    await journal.forgetCuts([cut('proj_b')]);
    const { code, stdout } = await stopping.ended;
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, stopped: true, isRecorded: true, late: [] });
    expect([code, status().status]).toEqual([0, 'ABORTED']);
  });

  it('does not wait for a cut that an earlier run left, which may wait for its turn for days', async () => {
    const { journal, stop, status } = await rotating();
    await journal.rememberCuts([cut('proj_b', instant(now - 86_400))]);
    const { stdout } = await stop(...byAda);
    expect(status()).toMatchObject({ status: 'ABORTED' });
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /■ Stopped: a cut of an earlier run is left as it was \(proj_b, since 20[^)]*\), and clients may be outside by it: a run comes within minutes for it next run .* or before within minutes, for the cut that nobody has confirmed/,
    );
  });

  it('waits for a cut that an earlier run left where this run is at work there (I10, I11)', async () => {
    const { journal, table, env, status } = await rotating();
    const earlier = cut('proj_b', instant(now - 86_400));
    await journal.rememberCuts([earlier]);
    const execution = { id: drill, startedAt: instant(now - 60) };
    const begun = { execution, phase: 'overlap' as const };
    const verdicts = dynamoVerdicts(table('acme'));
    await verdicts.isFirst({ ...begun, scope: 'proj_b' }, 'its child');
    const stopping = start(['stop', 'acme', '--json', ...byAda], env);
    await until(stopping, ({ stderr }) =>
      /waiting for 1 cut of an earlier run to be confirmed or put back: proj_b, since 20/.test(stderr),
    );
    expect(status()).toMatchObject({ status: 'RUNNING' });
    await verdicts.leave(begun, { scope: 'proj_b', verdict: 'proven', error: '', cause: '' });
    const { code, stdout } = await stopping.ended;
    expect([code, status().status]).toEqual([0, 'ABORTED']);
    expect(JSON.parse(stdout)).toMatchObject({ open: [{ scope: 'proj_b' }], nextRun: { comesSoon: true } });
  });

  it('changes nothing when it is stopped itself while it waits', async () => {
    const { journal, env, status } = await rotating();
    await journal.rememberCuts([cut('proj_b')]);
    const stopping = start(['stop', 'acme', ...byAda], env);
    await until(stopping, ({ stdout }) => stdout.includes('waiting for 1 cut'));
    stopping.child.kill('SIGINT');
    expect((await stopping.ended).code).toBe(130);
    expect(status()).toMatchObject({ status: 'RUNNING' });
  });

  it('says how a run ended that ended by itself meanwhile, and exits as rotate does', async () => {
    const { journal, env, executions } = await rotating();
    await journal.rememberCuts([cut('proj_b')]);
    const stopping = start(['stop', 'acme', ...byAda], { ...env, ...HURRIED });
    await until(stopping, ({ stdout }) => stdout.includes('waiting for 1 cut'));
    executions.set(drill, 'FAILED');
    const { code, stdout } = await stopping.ended;
    expect(stdout).toMatch(/it has ended by itself\n✗ FAILED/);
    expect(code).toBe(4);
  });

  it('warns that an emergency leaves trust in what is compromised', async () => {
    const { stop } = await rotating('emergency');
    const { stdout } = await stop(...byAda);
    expect(stdout).toMatch(/! emergency +what it named stays trusted wherever it is not cut yet/);
  });

  it('asks first: without a terminal or --yes, and without a name, nothing is stopped', async () => {
    const { stop, env, status } = await rotating();
    expect((await stop()).stderr).toMatch(/--yes stops it without asking/);
    const nameless = await windlass(['stop', '--yes'], env);
    expect(nameless.stderr).toMatch(/name the organization, or the ARN/);
    expect(nameless.code).toBe(2);
    expect(status()).toMatchObject({ status: 'RUNNING' });
  });

  it('names the runs, and stops none of them, where several run and none has the lease', async () => {
    const { stop, executions, status } = await rotating();
    const other = executionArn('acme', 'other');
    executions.set(other, 'RUNNING');
    const { code, stdout, stderr } = await stop(...byAda);
    expect(stderr).toContain(`none has the lease: name one of ${other}, ${drill}`);
    const others = executions.operations.DescribeExecution({ executionArn: other }).status;
    expect([code, stdout, status().status, others]).toEqual([2, '', 'RUNNING', 'RUNNING']);
  });

  it('stops the one that has the lease where several run', async () => {
    const { stop, executions, status, table } = await rotating();
    const other = executionArn('acme', 'other');
    executions.set(other, 'RUNNING');
    const { documents, tableName: TableName } = table('acme');
    const lease = { holder: drill, mode: 'scheduled', token: 1, takenAt: instant(now), released: false };
    await (await documents()).put({ TableName, Item: { pk: 'lease', sk: 'lease', ...lease } });
    expect((await stop(...byAda)).code).toBe(0);
    const others = executions.operations.DescribeExecution({ executionArn: other }).status;
    expect([status().status, others]).toEqual(['ABORTED', 'RUNNING']);
  });

  it('has nothing to stop where nothing runs', async () => {
    const { env } = await openAccount('acme');
    const { code, stdout, stderr } = await windlass(['stop', 'acme', '--yes', '--json'], env);
    expect(stderr).toMatch(/nothing runs in windlass-acme: nothing was stopped/);
    expect(JSON.parse(stdout)).toMatchObject({ execution: null, stopped: false });
    expect(code).toBe(0);
  });
});

describe('windlass follow', () => {
  it('takes up the execution that runs and shows it to its end, as rotate does', async () => {
    const { executions, env } = await rotating();
    const following = start(['follow', 'acme'], { ...env, ...HURRIED });
    await until(following, ({ stdout }) => stdout.includes('Deactivate retiring anchors'));
    executions.entered(drill, 'Done', 'SucceedStateEntered');
    executions.set(drill, 'SUCCEEDED');
    const { code, stdout } = await following.ended;
    expect(stdout).toMatch(
      /^following arn.*:drill\n {2}https:.*\n.*Deactivate retiring anchors\n.*Done\n\n✓ Succeeded/,
    );
    expect(code).toBe(0);
  });

  it('shows one that has ended by its ARN, with the exit code of its end', async () => {
    const { executions, env } = await rotating();
    executions.set(drill, 'FAILED');
    const { code, stdout } = await windlass(['follow', drill, '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, executionArn: drill, status: 'FAILED' });
    expect(code).toBe(4);
  });

  it('follows the one that has the lease where several run, and names them where none has', async () => {
    const { executions, env, table } = await rotating();
    const sweep = executionArn('acme', 'sweep');
    executions.set(sweep, 'RUNNING');
    const unsure = await windlass(['follow', 'acme'], env);
    expect(unsure.stderr).toContain(`name one of ${sweep}, ${drill}`);
    expect(unsure.code).toBe(2);
    const { documents, tableName: TableName } = table('acme');
    const lease = { holder: drill, mode: 'manual', token: 1, takenAt: instant(now), released: false };
    await (await documents()).put({ TableName, Item: { pk: 'lease', sk: 'lease', ...lease } });
    executions.set(drill, 'FAILED');
    executions.set(drill, 'RUNNING');
    const following = start(['follow', 'acme'], env);
    await until(following, ({ stdout }) => stdout.includes('Deactivate retiring anchors'));
    expect(following.said.stdout).toContain(`following ${drill}\n`);
    following.child.kill('SIGINT');
    expect((await following.ended).code).toBe(130);
  });

  it('says that nothing runs', async () => {
    const { env } = await openAccount('acme');
    const { code, stderr } = await windlass(['follow', 'acme'], env);
    expect(stderr).toMatch(/nothing runs in windlass-acme; windlass status says what is next\n$/);
    expect(code).toBe(2);
  });
});
