import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { reading } from '../../../bin/terminal/reading.ts';

/** Returns what stderr shows while something is read for this long. */
async function saidFor(milliseconds: number): Promise<string> {
  const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await reading('the journal acme', () => setTimeout(milliseconds, 'read'))).toBe('read');
  const said = spy.mock.calls.map(([text]) => text).join('');
  spy.mockRestore();
  return said;
}

it('I18: what takes a while to read is said on stderr, and what takes a moment is not', async () => {
  expect(await saidFor(5)).toBe('');
  expect(await saidFor(2_200)).toContain('reading the journal acme');
});
