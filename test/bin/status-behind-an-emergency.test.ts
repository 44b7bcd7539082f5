import { expect, it } from 'vitest';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { openAccount } from './doctor/account.ts';
import { windlass } from './run.ts';
import { ago, dailySweep, line } from './trail-lines.ts';

const HOUR = 3_600;
const fire = (anchor: string) => ({ mode: 'emergency', anchors: [anchor], reason: 'its key leaked' });
const plan = { blocked: [], scopes: [['everywhere', ['proj_a', 'proj_b']]] };

async function status(...entries: JournalEntry[]) {
  const account = await openAccount('acme');
  account.schedules.operations.CreateSchedule(dailySweep);
  const journal = account.journal('acme');
  for (const entry of entries) await journal.record(entry);
  await journal.rememberCompromised([
    { anchorId: 'cert_x', reason: 'its key leaked', namedAt: ago(2 * HOUR) },
    { anchorId: 'cert_y', reason: 'its key leaked', namedAt: ago(HOUR) },
  ]);
  await journal.rememberSuccess(ago(10 * HOUR));
  return windlass(['status', 'acme'], account.env);
}

const [look, first, second] = [line('look', 10 * HOUR), line('first', 2 * HOUR), line('second', HOUR)];
const idle = [
  look(5, 'planned', { request: { mode: 'scheduled' }, blocked: [], successions: [], scopes: [] }),
  look(60, 'ended', { outcome: 'idle', request: { mode: 'scheduled' } }),
];
/** This emergency has cut proj_a and halted in proj_b, where the key of cert_x still gets in. */
const halted = [
  first(5, 'planned', {
    ...{ request: fire('cert_x'), ...plan, successions: [{ retiring: 'cert_x', successor: 'cert_n' }] },
  }),
  first(20, 'deactivated', { deactivated: ['cert_x'] }, 'proj_a'),
  first(30, 'confirmed', { evidence: 'probe', probes: 2 }, 'proj_a'),
  first(90, 'ended', {
    ...{
      outcome: 'halted',
      Error: 'ProbeRefused',
      Cause: 'proj_b: ProbeRefused: 401',
      request: fire('cert_x'),
    },
  }),
];
const other = [
  second(5, 'planned', {
    ...{ request: fire('cert_y'), ...plan, successions: [{ retiring: 'cert_y', successor: 'cert_n' }] },
  }),
  second(60, 'ended', { outcome: 'rotated', request: fire('cert_y') }),
];

it('I13, I16: windlass status is red while what an emergency has left is active, though another emergency for another anchor went well since', async () => {
  expect((await status(...idle, ...halted)).code).toBe(4);
  const { code, stdout } = await status(...idle, ...halted, ...other);
  expect(code, stdout).toBe(4);
});

it('windlass status tells of it by what that emergency named, until a run has planned everything anew, or an emergency for the same', async () => {
  const { stdout } = await status(...idle, ...halted, ...other);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /✗ the emergency for cert_x ended halted on 20.*, ProbeRefused:/,
  );
  const third = line('third', 60);
  const request = fire('cert_x');
  const sweeps = third(1, 'planned', {
    request: { mode: 'scheduled' },
    blocked: [],
    successions: [],
    scopes: [],
  });
  expect(
    await status(...idle, ...halted, ...other, sweeps, third(5, 'ended', { outcome: 'idle' })),
  ).toMatchObject({ code: 0 });
  const again = [
    third(1, 'planned', { request, ...plan, successions: [] }),
    third(5, 'ended', { outcome: 'rotated', request }),
  ];
  expect(await status(...idle, ...halted, ...other, ...again)).toMatchObject({ code: 0 });
});

it('I13: windlass status is red where an emergency went well after a sweep that halted, which looked at all else', async () => {
  const sweep = first(90, 'ended', {
    outcome: 'halted',
    Error: 'ApiUnavailable',
    Cause: '503',
    request: { mode: 'scheduled' },
  });
  expect(await status(...idle, sweep, ...other)).toMatchObject({ code: 4 });
});
