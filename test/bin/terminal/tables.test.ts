import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { prose } from '../../../bin/terminal/prose.ts';
import { openScreen, plain } from '../../../bin/terminal/screen.ts';
import { table } from '../../../bin/terminal/tables.ts';

const head = ['when', 'anchor', 'why, and what to do'];
const rows = [
  ['2026-11-02', 'cert_northgate_2025', 'has no successor: upload a CA certificate named northgate@2026-11'],
  ['2026-12-24', 'cert_a', 'a leaf is missing'],
];
const words = [...head, ...rows.flat()].join(' ').split(' ');
const drawnAt = (width: number) => table(head, rows, plain, width).split('\n');

describe('a sentence', () => {
  const sentence =
    'Started now: proven by probe, soaks until 2026-12-04 17:20 UTC (at most 7 days), then cuts.';

  it.each([40, 60, 80])('is parted between its words at %i columns', (width) => {
    const lines = prose(sentence, '  ', width).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(lines.map((line) => line.replace(/^ {2}/, '')).join(' ')).toBe(sentence);
  });

  it('is one line where it fits, and has a word whole that fits nowhere', () => {
    expect(prose('a word', '', 40)).toBe('a word');
    expect(prose(`a ${'w'.repeat(50)} b`, '', 40)).toBe(`a\n${'w'.repeat(50)}\nb`);
  });
});

describe('a table', () => {
  it.each([40, 60, 80, 100, 200])(
    'is no wider than a terminal of %i columns, and splits no word',
    (width) => {
      const lines = drawnAt(width);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      for (const word of words) expect(lines.join(' ').split(/ +/)).toContain(word);
    },
  );

  it('turns each row into lines of its own where its columns do not fit side by side', () => {
    expect(drawnAt(40)).toContain('  anchor               cert_a');
    expect(drawnAt(200)).toHaveLength(3);
  });

  it('names in each of those whose row it is, and has no line for what a row does not say', () => {
    const waves = [
      ['projects', 'proj_checkout', 'cert_acme_root_2026'],
      ['', 'proj_billing', 'cert_acme_root_2026'],
      ['', 'and 7 more, in --json', ''],
    ];
    expect(table(['wave', 'scope', 'then deactivates'], waves, plain, 40).split('\n\n')).toEqual([
      '  wave              projects\n  scope             proj_checkout\n  then deactivates  cert_acme_root_2026',
      '  wave              projects\n  scope             proj_billing\n  then deactivates  cert_acme_root_2026',
      '  wave   projects\n  scope  and 7 more, in --json',
    ]);
  });

  const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass-acme-with-a-very-long-name';
  const wide = [...rows, ['2026-12-25', ARN, `look at ${ARN}, which is long`]];

  it.each([80, 100])(
    'breaks only what is too long for its column, at a mark where it has one, at %i columns',
    (width) => {
      const lines = table(head, wide, plain, width).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      // It is still a table, and every other word in it is whole.
      expect(lines[0]).toMatch(/^ {2}when +anchor +why, and what to do$/);
      for (const word of words) expect(lines.join(' ').split(/ +/)).toContain(word);
      const [begin] = lines.filter((line) => line.includes('2026-12-25'));
      expect(begin).toMatch(/2026-12-25 +arn:aws:\S*[:/-] +look at/);
      expect(table([], [[ARN]], plain, width).replaceAll(/\s+/g, '')).toBe(ARN);
    },
  );

  it('is as wide as the terminal, at least 40 columns, and 100 on paper', () => {
    const { columns } = process.stdout;
    onTestFinished(() => {
      process.stdout.columns = columns;
    });
    const widthAt = (reported: number) => {
      process.stdout.columns = reported;
      const prose = table([], [['word '.repeat(80).trim()]], plain);
      return Math.max(...prose.split('\n').map((line) => line.length));
    };
    expect([20, 60, 150].map((reported) => Math.ceil(widthAt(reported) / 10) * 10)).toEqual([40, 60, 150]);
    expect(widthAt(0)).toBeGreaterThan(90);
  });
});

it('what is piped is as wide as COLUMNS says', () => {
  const { columns } = process.stdout;
  process.stdout.columns = 0;
  vi.stubEnv('COLUMNS', '60');
  onTestFinished(() => {
    process.stdout.columns = columns;
    vi.unstubAllEnvs();
  });
  const prose = table([], [['word '.repeat(80).trim()]], plain);
  expect(Math.max(...prose.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
});

it('a dumb terminal gets lines and no cursor movements', () => {
  vi.stubEnv('TERM', 'dumb');
  onTestFinished(() => void vi.unstubAllEnvs());
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const screen = openScreen(stream);
  screen.status(['reading']);
  screen.line('read');
  screen.close();
  expect(String(stream.read())).toBe('read\n');
});
