import { expect, it } from 'vitest';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { machineArn, openAccount } from './doctor/account.ts';
import { windlass } from './run.ts';
import { ago, dailySweep, line } from './trail-lines.ts';

async function acme(...entries: JournalEntry[]) {
  const account = await openAccount('acme', 'beta');
  account.schedules.operations.CreateSchedule(dailySweep);
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

const fire = { mode: 'emergency', anchors: ['cert_leaked'], reason: 'its key leaked' };

it('windlass status: after an emergency that cut some scopes and halted in another it says to restart what keeps its leaf in memory', async () => {
  const on = line('fire', 1_800);
  const proof = { evidence: 'probe', probes: 2, moment: 'beforeCut' };
  const { env } = await acme(
    on(5, 'planned', {
      request: fire,
      successions: [{ retiring: 'cert_leaked', successor: 'cert_new' }],
      ...{ blocked: [], scopes: [['everywhere', ['proj_a', 'proj_b']]] },
    }),
    on(10, 'verified', proof, 'proj_a'),
    on(12, 'deactivated', { deactivated: ['cert_leaked'], before: [], after: [] }, 'proj_a'),
    on(20, 'confirmed', { evidence: 'probe', probes: 2 }, 'proj_a'),
    on(30, 'ended', { outcome: 'halted', Error: 'ProbeRefused', Cause: 'proj_b: 401', request: fire }),
  );
  const { stdout } = await windlass(['status', 'acme'], env);
  expect(stdout).toMatch(/restart at once/);
});

it.each([
  ['goes on', null, true],
  ['had its only cut put back', 'undone', false],
] as const)(
  'windlass status: of an emergency that has cut a scope and %s it says so as well only where the old leaf is refused',
  async (_, event, isSaid) => {
    const on = line('fire', 1_800);
    const { env } = await acme(
      on(5, 'planned', { request: fire, successions: [], blocked: [], scopes: [['everywhere', ['proj_a']]] }),
      on(12, 'deactivated', { deactivated: ['cert_leaked'], before: [], after: [] }, 'proj_a'),
      ...(event ? [on(20, event, { reactivated: ['cert_leaked'] }, 'proj_a')] : []),
    );
    const { stdout } = await windlass(['status', 'acme'], env);
    expect(stdout.includes('restart at once')).toBe(isSaid);
  },
);
