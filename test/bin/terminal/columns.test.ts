import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { beginning, columnsOf } from '../../../bin/terminal/columns.ts';
import { prose } from '../../../bin/terminal/prose.ts';
import { openScreen, plain } from '../../../bin/terminal/screen.ts';
import { table } from '../../../bin/terminal/tables.ts';

const TOKYO = '東京支店の請求処理サービス本番環境用クライアント';

describe('a text', () => {
  it.each([
    ['billing', 7],
    ['\u001b[31mbilling\u001b[39m', 7],
    ['東京', 4],
    ['e\u0301te\u0301', 3],
    ['👩‍🚒', 2],
  ])('%s takes %i columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it.each([
    ['billing', 4, 'bill'],
    ['東京支店', 5, '東京'],
    ['東京', 1, '東'],
    ['e\u0301te\u0301', 1, 'e\u0301'],
    ['a👩‍🚒b', 2, 'a'],
  ])('%s begins in %i columns with whole letters', (text, columns, begins) => {
    expect(beginning(text, columns)).toBe(begins);
  });
});

describe.each([['billing-of-the-branch-in-tokyo-production-'], [TOKYO], ['請求🧾書/']])(
  'a name as wide as %s',
  (part) => {
    const name = part.repeat(3);

    it.each([60, 100])('is whole in a table, which is no wider than a terminal of %i columns', (width) => {
      const head = ['anchor', 'where', 'why, and what to do'];
      const told = table(head, [['cert_old', `client ${name}`, `${name} has no leaf`]], plain, width);
      expect(Math.max(...told.split('\n').map(columnsOf))).toBeLessThanOrEqual(width);
      expect(told).not.toContain('…');
      const letters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
      const count = (text: string, letter: string) => text.split(letter).length - 1;
      // The name is in two columns of the table.
      for (const letter of new Set(letters))
        expect(count(told, letter), letter).toBeGreaterThanOrEqual(2 * count(name, letter));
    });
  },
);

it('a sentence of wide letters is parted where the terminal ends', () => {
  const lines = prose(`${TOKYO} ${TOKYO}`, '', 60).split('\n');
  expect(lines).toEqual([TOKYO, TOKYO]);
});

it('a status line of wide letters does not wrap', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
  const screen = openScreen(stream);
  screen.status([TOKYO]);
  screen.close();
  const drawn = String(stream.read())
    .split('\n')
    .find((line) => line.includes('東京'));
  expect(columnsOf(drawn ?? '')).toBeLessThan(40);
});
