import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { Lease } from '../../../lambdas/domain/memory/lease.ts';
import { executionArn, openAccount, tableName } from '../doctor/account.ts';
import { windlass } from '../run.ts';

const now = Math.floor(Date.now() / 1000);
const fire = executionArn('acme', 'fire');

/** Takes a compromise back while Step Functions and the lease tell of this run. Returns what stderr shows. */
async function retractedBeside(status: 'RUNNING' | 'ABORTED', lease: Partial<Lease>) {
  const account = await openAccount('acme');
  account.executions.set(fire, status);
  const journal = account.journal('acme');
  await journal.rememberCompromised([{ anchorId: 'cert_a', reason: 'leaked', namedAt: instant(now - 60) }]);
  const documents = await account.table('acme').documents();
  const item = { holder: fire, token: 2, released: false, takenAt: instant(now - 60), ...lease };
  await documents.put({ TableName: tableName('acme'), Item: { pk: 'lease', sk: 'lease', ...item } });
  const args = ['--retract', 'cert_a', '--reason', 'the wrong anchor was named', '--yes'];
  const { stderr } = await windlass(['compromised', 'acme', ...args], account.env);
  expect(await journal.compromised()).toEqual([]);
  return stderr;
}

it.each<[string, Partial<Lease>]>([
  ['the emergency that is at work', { mode: 'emergency' }],
  ['the run that takes up what an emergency left', { mode: 'scheduled', isUrgent: true }],
])('who takes a compromise back is told of %s, and how to stop it', async (_, lease) => {
  const told = await retractedBeside('RUNNING', lease);
  expect(told).toContain(`${fire} is at work`);
  expect(told).toContain(`windlass stop ${fire}`);
});

it.each<[string, 'RUNNING' | 'ABORTED', Partial<Lease>]>([
  ['a run that was stopped', 'ABORTED', { mode: 'emergency' }],
  ['a rotation that soaks', 'RUNNING', { mode: 'scheduled' }],
  ['an emergency that has ended', 'RUNNING', { mode: 'emergency', released: true }],
])('nothing is said of %s', async (_, status, lease) => {
  expect(await retractedBeside(status, lease)).not.toContain('at work');
});

it('where nobody can look who is at work, that is said, and the compromise is taken back', async () => {
  const told = await retractedBeside('RUNNING', { mode: 'none' } as object);
  expect(told).toContain('nobody could look whether a run is about to cut it');
});
