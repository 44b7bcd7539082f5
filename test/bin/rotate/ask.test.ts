import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { saysYes } from '../../../bin/terminal/ask.ts';

/** Asks with an answer waiting on stdin. Returns the result and what was shown. */
async function asked(typed: string) {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()];
  stdin.end(typed);
  const answer = await saysYes('Start it?', { stdin, stderr });
  stderr.end();
  return { answer, shown: await text(stderr) };
}

describe('on a terminal that cannot move its cursor', () => {
  it('a question is plain text, without a control character', async () => {
    expect((await asked('y\n')).shown).toBe('Start it? (y/N) ');
  });

  it.each([
    ['y\n', true],
    ['Yes\r\n', true],
    ['n\n', false],
    ['\n', false],
    ['yellow\n', false],
    ['', false],
  ])('%j is taken for %s', async (typed, answer) => {
    expect(await asked(typed)).toMatchObject({ answer });
  });
});
