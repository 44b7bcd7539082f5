import { expect, it, vi } from 'vitest';
import type { Running, Status } from '../../bin/status/seen.ts';
import { watchStatus } from '../../bin/status/watch.ts';

const soaks = (seconds: number) => ({ waits: { until: '2026-11-09T09:00:00Z', seconds } }) as Running;
/** A red status with these actions, while a rotation soaks for `seconds` more seconds. */
const seen = (seconds: number, ...red: string[]) =>
  ({
    ...{ at: `${seconds}`, verdict: 'red', running: soaks(seconds) },
    actions: [...red, `a rotation soaks for ${seconds} more`],
  }) as Status;

it('what is watched is told again where only what has to be done has changed, and not because time has passed', async () => {
  const looks = [
    seen(9, 'halted'),
    seen(8, 'halted'),
    seen(7, 'halted', 'silent'),
    seen(6, 'halted', 'silent'),
  ];
  const said: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const look = async () => {
    const [next] = looks.splice(0, 1);
    if (!next) process.emit('SIGINT', 'SIGINT');
    return next ?? seen(5, 'halted', 'silent');
  };
  const asJson = ({ actions }: Status) => actions.join(', ');
  await expect(watchStatus(look, { everySeconds: 0.01, asJson })).rejects.toThrow('stopped by SIGINT');
  write.mockRestore();
  expect(said).toEqual([
    'halted, a rotation soaks for 9 more',
    'halted, silent, a rotation soaks for 7 more',
  ]);
});
