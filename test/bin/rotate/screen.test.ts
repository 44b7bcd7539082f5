import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it, vi } from 'vitest';
import { openScreen } from '../../../bin/terminal/screen.ts';

afterEach(() => vi.useRealTimers());

it('a status that goes on is told ever more seldom where nothing can be redrawn, and another one at once again', async () => {
  vi.useFakeTimers();
  const stream = new PassThrough();
  const screen = openScreen(stream as never);
  screen.status(['synthesizing']);
  vi.advanceTimersByTime(25_000);
  screen.status(['starting']);
  vi.advanceTimersByTime(2_000);
  screen.close();
  vi.advanceTimersByTime(60_000);
  stream.end();
  const lines = (await text(stream)).trimEnd().split('\n');
  expect(lines).toEqual([...Array(4).fill('  … synthesizing'), '  … starting']);
});
