import { expect, it } from 'vitest';
import { executionArn } from '../doctor/account.ts';
import { windlass } from '../run.ts';
import { runToStop } from './stopped-run.ts';

/**
 * The execution of one scope of the run `drill`. Its ARN has the label of its Map, and its input names the
 * run.
 */
const child = executionArn('acme', 'x').replace('windlass-acme:x', 'windlass-acme/the-cut:0b1c');
const byAda = ['--yes', '--started-by', 'Ada', '--reason', 'x', '--json'];

it('I11: windlass stop refuses the execution of one scope, which it could not see to be on its way to a cut, and names the run', async () => {
  const { account, drill, line, execution } = await runToStop('Deactivate scope by scope');
  account.executions.set(child, 'RUNNING', { input: JSON.stringify({ execution, plan: {} }) });
  account.executions.entered(child, 'Deactivate retiring anchors');
  // The function of this scope is about to cut. A stop of the run itself would wait for that.
  await line(5, 'verified', { evidence: 'probe', probes: 2, moment: 'beforeCut' }, 'proj_a');
  const { code, stdout, stderr } = await windlass(['stop', child, ...byAda], account.env);
  expect(stderr).toBe(`windlass: ${child} goes through one scope of a run: name the run, ${drill}\n`);
  const { status } = account.executions.operations.DescribeExecution({ executionArn: child });
  expect({ code, stdout, status }).toEqual({ code: 2, stdout: '', status: 'RUNNING' });
});

it('refuses it as well where Step Functions does not say whose it is', async () => {
  const { account } = await runToStop('Deactivate scope by scope');
  const { code, stderr } = await windlass(['stop', child, ...byAda], account.env);
  expect(stderr).toMatch(/one scope of a run: name the run, which windlass status tells\n$/);
  expect(code).toBe(2);
});

it('I13: windlass follow refuses it too: it ends green, whatever became of the scope', async () => {
  const { account, drill, execution } = await runToStop('Deactivate scope by scope');
  account.executions.set(child, 'RUNNING', { input: JSON.stringify({ execution }) });
  account.executions.entered(child, 'Scope halted and not undone', 'SucceedStateEntered');
  account.executions.set(child, 'SUCCEEDED');
  const { code, stdout, stderr } = await windlass(['follow', child], account.env);
  expect(stderr).toContain(`name the run, ${drill}\n`);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
