import { expect, it } from 'vitest';
import { executionArn, openAccount } from './doctor/account.ts';
import { windlass } from './run.ts';
import { ago, dailySweep, line } from './trail-lines.ts';

const DAY = 86_400;
const fire = (anchor: string) => ({ mode: 'emergency', anchors: [anchor], reason: 'its key leaked' });

/**
 * Returns the status after an emergency has cut cert_x, a person has taken the compromise back, and somebody
 * has activated cert_x again. An hour ago another emergency named cert_x again and met a run for cert_y.
 * Nobody has looked for cert_x since.
 */
async function status(isFirstOnRecord: boolean, named: object = { namedAt: ago(3_600) }) {
  const account = await openAccount('acme');
  account.schedules.operations.CreateSchedule(dailySweep);
  const journal = account.journal('acme');
  const [first, look, other, again] = [
    line('first', 3 * DAY),
    line('look', DAY),
    line('other', 3_660),
    line('again', 3_600),
  ];
  const entries = [
    ...(isFirstOnRecord
      ? [
          first(5, 'planned', { request: fire('cert_x'), blocked: [], successions: [], scopes: [] }),
          first(60, 'ended', { outcome: 'rotated', request: fire('cert_x') }),
        ]
      : []),
    look(5, 'planned', { request: { mode: 'scheduled' }, blocked: [], successions: [], scopes: [] }),
    look(60, 'ended', { outcome: 'idle', request: { mode: 'scheduled' } }),
    other(5, 'planned', { request: fire('cert_y'), blocked: [], successions: [], scopes: [] }),
    other(300, 'ended', { outcome: 'rotated', request: fire('cert_y') }),
    again(5, 'busy', { request: fire('cert_x'), holder: executionArn('acme', 'other'), mode: 'emergency' }),
    again(6, 'ended', { outcome: 'halted', Error: 'Busy', Cause: 'busy', request: fire('cert_x') }),
  ];
  for (const entry of entries) await journal.record(entry);
  await journal.rememberCompromised([
    { anchorId: 'cert_x', reason: 'its key leaked', ...named },
    { anchorId: 'cert_y', reason: 'its key leaked', namedAt: ago(3_657) },
  ]);
  await journal.rememberSuccess(ago(DAY));
  return windlass(['status', 'acme'], account.env);
}

it.each([false, true])(
  'I13, I15: windlass status is red while nobody has looked for what was named anew, an older emergency for it on record: %s',
  async (isFirstOnRecord) => {
    const { code, stdout } = await status(isFirstOnRecord);
    expect({ code, named: stdout.includes('cert_x was named as compromised') }, stdout).toEqual({
      ...{ code: 4, named: true },
    });
  },
);

it('I13, I15: windlass status is red where what was cut long ago is named anew, and nobody has looked since (lastNamedAt)', async () => {
  const { code, stdout } = await status(true, { namedAt: ago(3 * DAY), lastNamedAt: ago(3_600) });
  expect({ code, named: stdout.includes('cert_x was named as compromised') }, stdout).toEqual({
    ...{ code: 4, named: true },
  });
});

it('windlass status says nothing of what an emergency has named a moment after it began, and looked for', async () => {
  expect((await status(false)).stdout).not.toContain('cert_y was named');
});
