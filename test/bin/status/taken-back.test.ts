import { expect, it } from 'vitest';
import { openAccount } from '../doctor/account.ts';
import { windlass } from '../run.ts';
import { ago, dailySweep, line } from '../trail-lines.ts';

const pair = { retiring: 'cert_old', successor: 'cert_new' };

/**
 * An account whose last run ended with this error an hour ago. `isTakenBack` says whether it took its
 * successor back.
 */
async function halted(name: string, { isTakenBack }: { isTakenBack: boolean }) {
  const account = await openAccount('acme');
  account.schedules.operations.CreateSchedule(dailySweep);
  const on = line('drill', 3_600);
  const request = { mode: 'scheduled' };
  const journal = account.journal('acme');
  const scopes = [['projects', ['proj_a']]];
  await journal.record(on(1, 'planned', { request, successions: [pair], blocked: [], scopes, summary: '1' }));
  await journal.record(
    on(9, 'ended', { outcome: 'halted', Error: name, Cause: 'proj_a: it says why', request }),
  );
  await journal.rememberSuccess(ago(3_600));
  const takenBackAt = isTakenBack ? { takenBackAt: ago(3_595) } : {};
  await journal.rememberBegun([{ ...pair, begunAt: ago(3_600), ...takenBackAt }]);
  return account.env;
}

const statusOf = async (env: Record<string, string>): Promise<string[]> =>
  JSON.parse((await windlass(['status', 'acme', '--json'], env)).stdout).actions;

it.each(['TrustWidened', 'SuccessorRefused'])(
  'I13, F16: status says after %s that no sweep tries again what was taken back, and what does',
  async (name) => {
    const env = await halted(name, { isTakenBack: true });
    const [first = ''] = await statusOf(env);
    expect(first).toContain('no sweep tries cert_new again');
    expect(first).toContain('windlass rotate acme --manual');
    expect(first).not.toContain('goes on');
    const { stdout } = await windlass(['status', 'acme'], env);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/cert_old → cert_new, begun \S+ \S+ UTC, taken back/);
  },
);

it('status says that the next run goes on after a halt that took nothing back', async () => {
  const [first = ''] = await statusOf(await halted('TrustWidened', { isTakenBack: false }));
  expect(first).toMatch(/; the next run goes on, on /);
});

it.each(['TrustWidened', 'SuccessorRefused'])(
  'explain %s says that no sweep tries again what was taken back',
  async (name) => {
    const { stdout } = await windlass(['explain', name]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('no sweep tries again what was taken back');
  },
);
