import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { rehearsalProgress } from '../../../bin/rehearsal/progress.ts';
import { openScreen } from '../../../bin/terminal/screen.ts';
import { recordedEvents } from '../journal/recorded.ts';

/** A stream that keeps what is written to it, as a terminal or as plain output. */
function sheet(isTTY: boolean) {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 80 }) as never as NodeJS.WriteStream,
    text: () => text,
  };
}

function play(isTTY: boolean): string {
  const { stream, text } = sheet(isTTY);
  const screen = openScreen(stream);
  const tell = rehearsalProgress(screen);
  for (const event of recordedEvents) tell(event);
  screen.close();
  return text();
}

describe('the progress of a rehearsal', () => {
  it('reads as the sentence, wave by wave, scope by scope', () => {
    const text = play(false);
    const order = [
      '✓ plan',
      '14 successions in 6 scopes; 2 blocked',
      'wave canary: activate, verify',
      '✓ activate      proj_canary',
      'wave projects: activate, verify',
      '↻ verify        proj_checkout          ProbeInconclusive',
      '✓ promote       9 clients',
      '✓ soak          until 2026-11-09 09:01 UTC (7 days of virtual time)',
      'wave canary: verify again, deactivate, confirm',
      '✓ confirm       proj_canary',
      '✓ schedule next 2027-01-04 09:00 UTC',
    ];
    const places = order.map((line) => text.indexOf(line));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('knows no waves in an emergency, whose scopes go beside each other', () => {
    const { stream, text } = sheet(false);
    const tell = rehearsalProgress(openScreen(stream));
    const about = { kind: 'step', outcome: 'done', scope: 'proj_a', wave: 'everywhere', detail: '' } as const;
    tell({ ...about, step: 'Activate at once' });
    tell({ ...about, step: 'Deactivate at once' });
    expect(text()).not.toContain('wave');
    expect(text().match(/every scope at once: activate, verify, promote, deactivate, confirm/g)).toHaveLength(
      1,
    );
  });

  it('calls what is no word of the sentence by its first word, in the same column', () => {
    const { stream, text } = sheet(false);
    const tell = rehearsalProgress(openScreen(stream));
    tell({ kind: 'step', step: 'Release the lease', outcome: 'done', detail: 'the lease is free' });
    expect(text()).toContain('  ✓ release       the lease is free\n');
  });

  it('writes no control characters to what is no terminal', () => {
    const text = play(false);
    expect(text).toBe(stripVTControlCharacters(text));
  });

  it('keeps the sentence and the traffic below the lines on a terminal, and takes them away at the end', () => {
    const text = play(true);
    expect(stripVTControlCharacters(text)).toContain(
      'plan · activate · verify · promote · soak · deactivate',
    );
    expect(stripVTControlCharacters(text)).toContain('2,431 requests sent, 0 failed');
    expect(text.endsWith('\u001B[0J')).toBe(true);
  });

  it('is as narrow on paper as COLUMNS says, and parts no word', () => {
    vi.stubEnv('COLUMNS', '60');
    onTestFinished(() => void vi.unstubAllEnvs());
    const narrow = play(false);
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    vi.unstubAllEnvs();
    const words = (text: string) => text.split(/\s+/);
    expect(words(narrow)).toEqual(words(play(false)));
  });

  it('repeats its status on paper when nothing else is said', async () => {
    const { stream, text } = sheet(false);
    const screen = openScreen(stream);
    screen.status(['bundling']);
    while (!text().includes('bundling')) await new Promise((resume) => setTimeout(resume, 50));
    screen.close();
    expect(text()).toBe('  … bundling\n');
  });
});
